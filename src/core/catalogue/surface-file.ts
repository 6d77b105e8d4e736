import * as z from 'zod';
import { categories, severities } from '../names.ts';
import { builtinNames } from '../redaction/builtin-names.ts';
import { sliSchema } from '../slo/definition/sli.ts';
import { durationSchema } from '../slo/definition/slo.ts';

/** The forms of `slos/*.yaml`, as people write them. `compile.ts` makes the catalogue of them. */

const identifier = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'wanted lower-case letters, digits and hyphens, at most 40, a letter first',
  );

const share = z.number().gt(0).lt(1);
const duration = durationSchema.describe('A duration such as 5m, 24h or 30d.');
const severityList = z.array(z.enum(severities));
const headline = z
  .boolean()
  .describe('Whether it is the one number that stands for its category on the first screen.');

const rowSchema = z
  .strictObject({
    long: duration.describe('The window that must burn, such as 6h.'),
    short: duration
      .optional()
      .describe('The window that must burn still, such as 30m; a twelfth of the long one.'),
    burn: z.strictObject({
      strict: z.number().positive().describe('Burn rate for objectives over 95%.'),
      lenient: z
        .number()
        .positive()
        .describe('Burn rate for objectives of 95% and under, where burn cannot grow large.'),
    }),
    detector: z
      .enum(['page', 'warn'])
      .optional()
      .describe('The regression detector that may raise this severity as well.'),
    spent: duration
      .optional()
      .describe('It fires as well once the error budget of so long a time, such as 7d, is spent.'),
  })
  .describe('An alert row: it fires when both windows burn the error budget at least this fast.');

const rowOverride = z.strictObject({
  long: duration.optional(),
  short: duration.optional(),
  burn: z.number().positive().optional().describe('Burn rate: bad share over the error budget.'),
  spent: duration.optional().describe('It fires as well once the error budget of so long a time is spent.'),
});

/** A template of an SLO: what it measures and its usual target. Surfaces switch it on and may override it. */
export const sloTemplateSchema = z.strictObject({
  title: z.string().min(1).describe('In words, as alarms and pages show it.'),
  category: z.enum(categories),
  headline: headline.default(false),
  sli: sliSchema.describe('What it measures.'),
  objective: share.optional().describe('Target share of good events, such as 0.95.'),
  window: duration.describe('The window of the objective and its error budget, such as 24h.'),
  severities: severityList.optional().describe("Severities that raise an alarm; the tier's where absent."),
  calibration: z
    .enum(['required', 'none'])
    .default('none')
    .describe('required: it may page only while the judge is calibrated by human ratings.'),
  informational: z.boolean().default(false).describe('Shown, and never an alarm.'),
});

/** An SLO of one's own is tried where it can but be switched on. */
function adviseOnTemplateKeys(issue: { readonly code: string; readonly keys?: readonly string[] }) {
  const ofTemplate = issue.keys?.every((key) => key in sloTemplateSchema.shape) === true;
  return issue.code === 'unrecognized_keys' && ofTemplate
    ? 'what an SLO measures stands in a template: define it in slos/policy.yaml, and switch it on here (docs/objectives.md)'
    : undefined;
}

const sloOverride = z.strictObject(
  {
    objective: share
      .optional()
      .describe("Target share of good events here; else the tier's, else the template's."),
    window: duration.optional(),
    headline: headline.optional(),
    atMost: z
      .number()
      .positive()
      .optional()
      .describe('A good event is at or under this: ms, US dollars or tokens a second.'),
    atLeast: z.number().positive().optional().describe('A good event is at or over this.'),
    severities: severityList
      .optional()
      .describe("Severities that raise an alarm here; else the template's or the tier's."),
    rows: z
      .partialRecord(z.enum(severities), rowOverride)
      .optional()
      .describe("What differs from the policy's alert rows, by severity."),
    rubric: identifier
      .optional()
      .describe("The rubric whose verdicts count; the surface's first active one where absent."),
    owner: z
      .string()
      .min(1)
      .optional()
      .describe("Who answers for this SLO, where it is not the surface's owner."),
  },
  { error: adviseOnTemplateKeys },
);

const mostZoomed = z
  .number()
  .min(1)
  .max(1_000)
  .describe(
    "By how much a surface's sampling rate may be multiplied while its judge's verdicts look worse; 1 switches zooming off.",
  );

/** Of a policy that says nothing of it. */
export const usualZoom = { most: 10, share: 0.25 } as const;

const tierSchema = z.strictObject({
  name: z.string().min(1),
  severities: severityList.describe('Severities whose alarms exist in this tier, and so whom they notify.'),
  objectives: z
    .record(identifier, share)
    .default({})
    .describe("Objectives that replace the templates', by template id."),
});

export const policySchema = z.strictObject({
  spendingCapUsdPerDay: z
    .number()
    .positive()
    .describe('Judge spending per UTC day, all surfaces together. Above it judgements are shed, visibly.'),
  zoom: z
    .strictObject({
      most: mostZoomed.default(usualZoom.most),
      share: z
        .number()
        .min(0)
        .max(1)
        .default(usualZoom.share)
        .describe("Share of the day's spending cap that zooming may use, all surfaces together."),
    })
    .optional()
    .describe('More samples while it matters: when a drop may be under way.'),
  retention: z.strictObject({
    texts: duration.describe('How long prompts, answers and reasons are kept, such as 30d.'),
    scores: duration.describe('How long verdicts without their texts are kept, such as 395d.'),
  }),
  runbook: z.string().min(1).describe('Address of the runbook; each alarm links to its section.'),
  tiers: z
    .strictObject({ 1: tierSchema, 2: tierSchema, 3: tierSchema })
    .describe('How much a surface matters: 1 the most.'),
  rows: z.partialRecord(z.enum(severities), rowSchema).describe('Alert rows by severity.'),
  maxCohorts: z
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe(
      'Cohorts and releases of a surface that are watched, those with the most events. So many cohorts a day, at least 100, and 50 releases count by name, the rest as "other".',
    ),
  slos: z.record(identifier, sloTemplateSchema).describe('SLO templates by id; surfaces switch them on.'),
});

const redactionSchema = z.union([
  z.enum(['on', 'off']),
  z.strictObject({
    patterns: z
      .array(z.enum(builtinNames))
      .default([...builtinNames])
      .describe('Built-in patterns to look for; all of them where absent.'),
    custom: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(
              /^[a-z][a-z0-9-]{0,23}$/,
              'wanted lower-case letters, digits and hyphens, at most 24, a letter first',
            )
            .describe('What stands in the place of what is found, in brackets.'),
          pattern: z
            .string()
            .min(1)
            .max(200)
            .describe('A regular expression of JavaScript, read with the flag u, every repetition bounded.'),
        }),
      )
      .max(20)
      .default([])
      .describe('Patterns of your own, looked for before the built-in ones.'),
  }),
]);

export const surfaceSchema = z.strictObject({
  surface: identifier.describe('The name that records carry in "surface".'),
  title: z.string().min(1).optional(),
  owner: z.string().min(1).describe('The team that answers for it; alarms name it.'),
  tier: z.literal([1, 2, 3]).describe('How much it matters, 1 the most: decides which severities alarm.'),
  sampleRate: z.number().gt(0).max(1).default(0.05).describe('Share of responses that is judged.'),
  zoom: z.strictObject({ most: mostZoomed }).optional().describe("What differs from the policy's zoom here."),
  expectedPerDay: z
    .number()
    .positive()
    .describe('Responses a day that this surface expects; alert rows are checked against it.'),
  feedback: z
    .boolean()
    .default(false)
    .describe('Whether the application sends feedback records for this surface.'),
  redaction: redactionSchema
    .default('on')
    .describe(
      'What is taken out of texts before they reach the judge and are stored: "on" for all built-in patterns, "off", or which.',
    ),
  slos: z
    .record(identifier, z.union([z.enum(['on', 'off']), sloOverride]))
    .describe('SLO templates by id: "on", "off", or what differs here.'),
});

export type Policy = z.infer<typeof policySchema>;
export type SurfaceFile = z.infer<typeof surfaceSchema>;
export type SloTemplate = z.infer<typeof sloTemplateSchema>;
