import * as z from 'zod';
import { outputForms, type PromptForm, textRoles, usualPromptForm } from './prompt-form.ts';

/** How a rubric is put to its judge: part of what its scores mean. */
export const promptFormSchema = z
  .strictObject({
    output: z
      .enum(outputForms)
      .default(usualPromptForm.output)
      .describe('How the judge is made to answer in form.'),
    role: z
      .enum(textRoles)
      .default(usualPromptForm.role)
      .describe("The role under which the rubric's text stands."),
  })
  .describe(
    'How the rubric is put to the judge. Scores can depend on it: a released version keeps it.',
  ) satisfies z.ZodType<PromptForm>;
