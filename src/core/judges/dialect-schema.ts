import * as z from 'zod';
import { outputForms, textRoles } from '../rubric/prompt-form.ts';

/** What a model at its place takes. */
export const dialectSchema = z
  .strictObject({
    output: z
      .array(z.enum(outputForms))
      .min(1)
      .default(['json-schema', 'json-object', 'prompt'])
      .describe('Forms of structured output that it takes.'),
    tokenLimit: z
      .enum(['max_completion_tokens', 'max_tokens'])
      .default('max_completion_tokens')
      .describe('What it calls the limit of its answer. Mistral, vLLM and older servers say max_tokens.'),
    numberEnums: z
      .boolean()
      .default(true)
      .describe(
        'Whether a schema may hold an enum of numbers; without, scores are a range of integers. Gemini refuses them.',
      ),
    roles: z
      .array(z.enum(textRoles))
      .min(1)
      .default(['system', 'developer', 'user'])
      .describe("Roles that it knows for the rubric's text."),
    cachePoint: z
      .boolean()
      .default(false)
      .describe(
        "Converse alone: whether the end of the rubric's text is marked for the cache. Claude and Nova take the mark and cache nothing without it; other models refuse it.",
      ),
    parameters: z
      .array(z.string().min(1))
      .optional()
      .describe('Parameters that it takes; any where it is left out.'),
  })
  .describe('What it takes, as far as providers differ.');

export type Dialect = z.infer<typeof dialectSchema>;
