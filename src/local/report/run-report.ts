import * as z from 'zod';
import type { EndState } from '#core/judging/judgement.ts';
import { severities } from '#core/names.ts';
import { healths } from '#core/slo/alarms/health.ts';

const share = z.number().min(0).max(1);
const correctedRate = z.strictObject({
  value: share,
  lower: share,
  upper: share,
  basis: z
    .strictObject({
      kind: z
        .enum(['calibration', 'window'])
        .describe('Ratings of an earlier time, or those of the window itself.'),
      ratings: z.int(),
      steadyJudge: share.nullable().describe('The rate if the judge errs as it did when people rated.'),
      steadyShares: share.describe('The rate if only the mix of responses moved.'),
    })
    .optional(),
});
const pressures = z.strictObject(
  Object.fromEntries(severities.map((severity) => [severity, z.number()])) as Record<
    (typeof severities)[number],
    z.ZodNumber
  >,
);

const ends = {
  judged: z.int(),
  unjudgeable: z.int().describe('Refused, too long, or answered unreadably twice.'),
  shed: z.int().describe('Left out because the spending cap was reached.'),
  dlq: z.int().describe('Judgements whose tries are spent; they wait in the dead-letter queue.'),
} satisfies Record<EndState, z.ZodType>;

/** The report of `assay run --report`. Its JSON Schema stands in `schemas/run-report.schema.json`. */
export const runReportSchema = z.strictObject({
  judge: z
    .enum(['simulated', 'recorded', 'openai'])
    .describe(
      'Who scored: simulated scores say nothing of the answers; "openai" is the judge of the rubric.',
    ),
  received: z.int().describe('Messages that reached the sampler.'),
  rejected: z
    .int()
    .describe('Messages that could not be read; they wait in the rejected queue with their reasons.'),
  sampled: z.int().describe('Judgements that the sample asked for.'),
  ...ends,
  late: z.int().describe('Verdicts that came over 72 h after their hour.'),
  textless: z.int().describe('Good answers that had no text to judge.'),
  repeatedIds: z.int().describe('Records whose id another response has.'),
  leftOut: z
    .record(z.string(), z.int())
    .describe('Records of which a field was of no use and is left out, by field.'),
  overflow: z
    .record(z.string(), z.int())
    .describe('What counts as "other", for there were too many names, by kind of name.'),
  reasons: z
    .array(
      z.strictObject({
        end: z.enum(['rejected', 'unjudgeable', 'shed', 'dlq']),
        reason: z.string(),
        count: z.int(),
        firstId: z.string().nullable().describe('Response id of the first.'),
        firstLine: z.int().nullable().describe('Line of the first in the responses file.'),
        todo: z.string(),
      }),
    )
    .describe('The commonest reasons of records and judgements that brought no verdict.'),
  seconds: z.number(),
  slos: z.array(
    z.strictObject({
      slo: z.string(),
      surface: z.string(),
      objective: share.nullable(),
      window: z.string().describe('Such as "24h".'),
      raw: z.strictObject({ value: share.nullable(), good: z.number(), total: z.number() }),
      calibrated: correctedRate.nullable(),
      shown: z
        .strictObject({
          value: z.number().nullable(),
          lower: share.nullable(),
          upper: share.nullable(),
          good: z.number(),
          total: z.number(),
          window: z.string().describe('Such as "6h".'),
          windowMs: z.number(),
          severity: z.enum(severities).nullable().describe('The most severe alarm that is on.'),
        })
        .describe(
          'The number that every screen shows: of the window of the alarm that is on, else of the own; corrected by people where ratings allow it.',
        ),
      reason: z.string().describe('How it is: a plain sentence, then its statistics in a line of their own.'),
      health: z.enum(healths),
      measured: z
        .boolean()
        .describe('False where there were no recent events, or the baseline is too short.'),
      alarmWindow: z
        .strictObject({
          severity: z.enum(severities),
          width: z.string().describe('Such as "6h".'),
          good: z.number(),
          total: z.number(),
          calibrated: correctedRate.nullable(),
        })
        .nullable()
        .describe('What the alarm that is on was drawn over; null where none is on.'),
      calibration: z.strictObject({
        state: z.enum(['none', 'missing', 'valid', 'stale', 'invalid']),
        reason: z.string(),
        ratings: z.int(),
      }),
      budgetLeft: z
        .number()
        .nullable()
        .describe('Share of the error budget that is left; negative when overspent.'),
      pressure: pressures,
    }),
  ),
  transitions: z.array(
    z.strictObject({
      at: z.string(),
      slo: z.string(),
      surface: z.string(),
      severity: z.enum(severities),
      from: z.enum(['OK', 'ALARM']),
      to: z.enum(['OK', 'ALARM']),
      reason: z.string(),
    }),
  ),
  ownAlarms: z
    .array(z.strictObject({ since: z.string(), alarm: z.string(), title: z.string(), says: z.string() }))
    .describe('Alarms that watch no objective but Assay itself or the data, and are on at the end.'),
  agreement: z.array(
    z.strictObject({
      surface: z.string(),
      rubric: z.string(),
      version: z.int(),
      judge: z.string(),
      rated: z.int(),
      kappa: z.number().nullable(),
      weightedKappa: z.number().nullable(),
      spearman: z.number().nullable(),
      alpha: z.number().nullable(),
      sensitivity: z.number().nullable(),
      specificity: z.number().nullable(),
      mae: z.number().nullable(),
    }),
  ),
});

export type RunReport = z.infer<typeof runReportSchema>;

/** `24h`, `7d`: a window as people write it. */
export function formatWindow(ms: number): string {
  const hours = ms / 3_600_000;
  return hours > 24 && hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
}
