import { z } from 'zod';
import { categories, severities } from '../names.ts';
import { durationSchema, sliSchema } from '../slo/slo.ts';

/** The forms of `slos/*.yaml`, as people write them. `compile.ts` makes the catalogue of them. */

const identifier = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'wanted lower-case letters, digits and hyphens, at most 40, a letter first',
  );

const share = z.number().gt(0).lt(1);

const rowSchema = z.strictObject({
  long: durationSchema,
  short: durationSchema.optional(),
  burn: z.strictObject({
    strict: z.number().positive().describe('Burn rate for objectives over 95%.'),
    lenient: z
      .number()
      .positive()
      .describe('Burn rate for objectives of 95% and under, where burn cannot grow large.'),
  }),
  detector: z.enum(['page', 'warn']).optional(),
});

const rowOverride = z.strictObject({
  long: durationSchema.optional(),
  short: durationSchema.optional(),
  burn: z.number().positive().optional(),
});

/** A template of an SLO: what it measures and its usual target. Surfaces switch it on and may override it. */
export const sloTemplateSchema = z.strictObject({
  title: z.string().min(1),
  category: z.enum(categories),
  headline: z.boolean().default(false),
  sli: sliSchema,
  objective: share.optional(),
  window: durationSchema,
  severities: z
    .array(z.enum(severities))
    .optional()
    .describe("Severities that raise an alarm; the tier's where absent."),
  calibration: z.enum(['required', 'none']).default('none'),
  informational: z.boolean().default(false),
});

const sloOverride = z.strictObject({
  objective: share.optional(),
  window: durationSchema.optional(),
  headline: z.boolean().optional(),
  atMost: z.number().positive().optional(),
  atLeast: z.number().positive().optional(),
  severities: z.array(z.enum(severities)).optional(),
  rows: z.partialRecord(z.enum(severities), rowOverride).optional(),
  rubric: identifier.optional(),
  owner: z.string().min(1).optional(),
});

const tierSchema = z.strictObject({
  name: z.string().min(1),
  severities: z
    .array(z.enum(severities))
    .describe('Severities whose alarms exist in this tier, and so whom they notify.'),
  objectives: z.record(identifier, share).default({}).describe("Objectives that replace the templates'."),
});

export const policySchema = z.strictObject({
  spendingCapUsdPerDay: z
    .number()
    .positive()
    .describe('Judge spending per UTC day, all surfaces together. Above it judgements are shed, visibly.'),
  retention: z.strictObject({
    texts: durationSchema.describe('How long prompts, answers and reasons are kept.'),
    scores: durationSchema.describe('How long verdicts without their texts are kept.'),
  }),
  runbook: z.string().min(1).describe('Address of the runbook; each alarm links to its section.'),
  tiers: z.strictObject({ 1: tierSchema, 2: tierSchema, 3: tierSchema }),
  rows: z.partialRecord(z.enum(severities), rowSchema),
  maxCohorts: z
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe('Cohorts and releases a surface may have at once; more are counted under "other".'),
  slos: z.record(identifier, sloTemplateSchema),
});

export const surfaceSchema = z.strictObject({
  surface: identifier,
  title: z.string().min(1).optional(),
  owner: z.string().min(1),
  tier: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  sampleRate: z.number().gt(0).max(1).default(0.05).describe('Share of responses that is judged.'),
  expectedPerDay: z
    .number()
    .positive()
    .describe('Responses a day that this surface expects; alert rows are checked against it.'),
  feedback: z
    .boolean()
    .default(false)
    .describe('Whether the application sends feedback records for this surface.'),
  slos: z
    .record(identifier, z.union([z.literal('on'), z.literal('off'), sloOverride]))
    .describe('SLO templates by id: "on", "off", or what differs here.'),
});

export type Policy = z.infer<typeof policySchema>;
export type SurfaceFile = z.infer<typeof surfaceSchema>;
export type SloTemplate = z.infer<typeof sloTemplateSchema>;
