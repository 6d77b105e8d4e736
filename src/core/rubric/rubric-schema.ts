import * as z from 'zod';
import { promptFormSchema } from './prompt-form-schema.ts';

const identifier = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'wanted lower-case letters, digits and hyphens, at most 40, a letter first',
  );

/** A text that the judge reads. The texts of a new rubric's file ask to be replaced. */
const prose = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('TODO'), 'is still a TODO; replace it with words for the judge');

/** People try 0 to 10 and yes or no. */
const error = (issue: { readonly code: string }) =>
  issue.code === 'unrecognized_keys' ? 'a scale is 1 to 5, or pass and fail, and no other' : undefined;

const scoreScale = z
  .strictObject({ 1: prose, 2: prose, 3: prose, 4: prose, 5: prose }, { error })
  .describe('What each score from 1 to 5 means, in words a judge can tell apart.');

const passFailScale = z
  .strictObject({ pass: prose, fail: prose }, { error })
  .describe('What passes and what fails.');

export const criterionSchema = z.strictObject({
  id: identifier.describe('Names it in verdicts and ratings.'),
  question: prose.describe('The one question this criterion asks of a response.'),
  scale: z
    .union([scoreScale, passFailScale])
    .describe('Five described levels, or what passes and what fails.'),
  weight: z
    .number()
    .positive()
    .default(1)
    .describe('Weight in the mean. Ignored where the overall score is the minimum.'),
});

export type Criterion = z.infer<typeof criterionSchema>;

const criterionVerdict = z.strictObject({
  reason: z.string().min(1).describe('One to three sentences that point at what decides.'),
  score: z.union([z.int().min(1).max(5), z.enum(['pass', 'fail'])]),
});

export const exampleSchema = z.strictObject({
  request: z.string().min(1).describe('The conversation up to the response.'),
  context: z.string().optional().describe('The passages that the answer was to rest on.'),
  response: z.string().describe('The answer that is judged.'),
  verdict: z
    .record(identifier, criterionVerdict)
    .describe('Per criterion the reason and the score a careful judge gives.'),
});

/** Parameters that Assay sets itself, or under which an answer could not be read. */
const reservedParameters = [
  'model',
  'messages',
  'response_format',
  'max_tokens',
  'max_completion_tokens',
  'stream',
  'stream_options',
  'n',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'store',
];

export const judgeSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .optional()
    .describe('A judge of rubrics/judges.yaml; the one of this model where it is left out. In no hash.'),
  model: z
    .string()
    .min(1)
    .describe('The model id to ask. The id that the provider returns is stored with each verdict.'),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('Further parameters of the chat completion, such as temperature or seed.')
    .check((context) => {
      for (const name of Object.keys(context.value).filter((each) => reservedParameters.includes(each))) {
        context.issues.push({
          code: 'custom',
          input: name,
          path: [name],
          message: `"${name}" is not the rubric's to set: Assay sets it, or could not read the answer under it; remove it (model and maxOutputTokens have keys of their own under "judge")`,
        });
      }
    }),
  prices: z
    .strictObject({
      input: z.number().nonnegative(),
      cachedInput: z.number().nonnegative(),
      output: z.number().nonnegative(),
    })
    .optional()
    .describe('Not used: prices stand in rubrics/judges.yaml.'),
  form: promptFormSchema.optional(),
  maxOutputTokens: z
    .int()
    .min(64)
    .max(32_000)
    .default(1_500)
    .describe(
      'Most tokens of an answer, its thinking included. An answer cut off by it counts as unreadable.',
    ),
  maxInputCharacters: z
    .int()
    .min(1_000)
    .max(1_000_000)
    .default(60_000)
    .describe('Longer texts are cut in their middle before they are judged, and the verdict says so.'),
});

/**
 * A rubric says what "good" means: criteria with a described scale, how they make the overall score, which judge
 * applies it, and at which overall score a response passes. A released version never changes.
 */
export const rubricSchema = z
  .strictObject({
    id: identifier.describe('The name of its folder.'),
    version: z.int().min(1).describe('The name of its file. A released version never changes.'),
    title: z.string().min(1),
    description: prose.describe('What it asks of an answer; the judge reads it.'),
    state: z.enum(['active', 'shadow', 'retired']).describe('shadow: judged and stored, never in an SLO.'),
    surfaces: z
      .union([z.literal('any'), z.array(z.string().min(1)).min(1)])
      .describe('Surfaces it judges. "any" makes it the default for surfaces that no other rubric names.'),
    sees: z
      .enum(['conversation', 'conversation-and-context'])
      .default('conversation')
      .describe('Whether the judge also gets the passages logged in "context".'),
    criteria: z.array(criterionSchema).min(1).max(12).describe('What is scored, one question each.'),
    overall: z
      .enum(['mean', 'minimum'])
      .describe('How criteria make the overall score, 1 to 5; a mean is rounded half up.'),
    passMark: z.int().min(2).max(5).describe('A response passes at this overall score or over.'),
    judge: judgeSchema,
    repeats: z
      .literal([1, 2, 3])
      .optional()
      .describe(
        'How often the judge is asked about each response, with the same prompt; once where it is left out. Per criterion the median counts, of two the lower. Each asking is paid.',
      ),
    ratings: z
      .strictObject({
        carry: prose.describe('Why people would rate a response the same under both questions.'),
      })
      .optional()
      .describe(
        'Counts the ratings of the version before for this one, though its question changed. In no hash; left out where the question is the same.',
      ),
    examples: z
      .array(exampleSchema)
      .default([])
      .describe('Worked examples; they go to the judge with every call.'),
  })
  .check((context) => {
    const ids = new Set<string>();
    for (const [index, criterion] of context.value.criteria.entries()) {
      if (ids.has(criterion.id)) {
        context.issues.push({
          code: 'custom',
          input: criterion.id,
          path: ['criteria', index, 'id'],
          message: `criterion "${criterion.id}" stands twice; give each criterion an id of its own`,
        });
      }
      ids.add(criterion.id);
    }
    for (const [index, example] of context.value.examples.entries()) {
      const given = Object.keys(example.verdict);
      const faults = [...ids].filter((id) => !given.includes(id)).map((id) => `lacks "${id}"`);
      faults.push(...given.filter((id) => !ids.has(id)).map((id) => `has the unknown "${id}"`));
      for (const criterion of context.value.criteria) {
        const score = example.verdict[criterion.id]?.score;
        if (score !== undefined && 'pass' in criterion.scale !== (typeof score === 'string')) {
          faults.push(`scores "${criterion.id}" on the wrong scale`);
        }
      }
      if (faults.length > 0) {
        context.issues.push({
          code: 'custom',
          input: example.verdict,
          path: ['examples', index, 'verdict'],
          message: `the example's verdict ${faults.join(', ')}; give each criterion one reason and one score`,
        });
      }
    }
  });

export type Rubric = z.infer<typeof rubricSchema>;
