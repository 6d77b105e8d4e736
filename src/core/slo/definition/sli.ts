import * as z from 'zod';
import { fields } from './field.ts';

/**
 * What an SLO measures. Kinds of ratio: good events over all events. Kinds of change: a statistic of the window
 * against its baseline.
 */
export const sliSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('judge-pass'), rubric: z.string().optional() })
    .describe('Share of judged responses that pass the rubric, corrected by human ratings.'),
  z
    .strictObject({ kind: z.literal('human-pass'), rubric: z.string().optional() })
    .describe('Share of responses that people rate as passing.'),
  z.strictObject({ kind: z.literal('accepted') }).describe('Share of responses without negative feedback.'),
  z
    .strictObject({
      kind: z.literal('field'),
      field: z.enum(fields),
      atMost: z.number().positive().optional(),
      atLeast: z.number().positive().optional(),
    })
    .describe('Share of responses whose field is at most, or at least, a bound.'),
  z
    .strictObject({ kind: z.literal('success') })
    .describe('Share of responses with a final outcome of success, by any path.'),
  z
    .strictObject({ kind: z.literal('provider-success') })
    .describe("Each provider's own share of successful attempts."),
  z
    .strictObject({ kind: z.literal('refusal-change'), within: z.number().positive().max(1) })
    .describe('Rise of the refusal rate over its baseline, as a ratio: 0.015 is 1.5 points.'),
  z
    .strictObject({
      kind: z.literal('quantile-change'),
      field: z.enum(fields),
      quantile: z.number().gt(0).lt(1),
      times: z.number().gt(1),
    })
    .describe("A quantile against its baseline's: breached at this many times."),
  z
    .strictObject({
      kind: z.literal('mean-change'),
      field: z.enum(fields),
      within: z.number().positive(),
      days: z.int().min(7).max(60),
    })
    .describe('Mean of the window against the median of days, as a relative difference.'),
  z
    .strictObject({ kind: z.literal('median-multiple'), field: z.enum(fields), times: z.number().gt(1) })
    .describe('Share of responses at or under this many times the median.'),
]);

export type Sli = z.infer<typeof sliSchema>;
