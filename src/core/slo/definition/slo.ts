import { z } from 'zod';
import type { categories, severities } from '../../names.ts';
import { day, hour, minute, second } from '../../time.ts';

/** Numbers of a response that an SLI can hold against a bound. Milliseconds, US dollars, tokens a second. */
export const fields = [
  'ttftMs',
  'totalMs',
  'longestTurnMs',
  'tokensPerSecond',
  'costUsd',
  'failoverMs',
] as const;
export type Field = (typeof fields)[number];

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

const units: Record<string, number> = { s: second, m: minute, h: hour, d: day };

/** A duration in words, such as `5m`, `24h` or `30d`, read as milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, 'wanted a duration such as 5m, 24h or 30d')
  .transform((text) => Number(text.slice(0, -1)) * (units[text.at(-1) ?? ''] ?? 0));

/** One alert row: both windows must burn at least this fast. */
export interface AlertRow {
  /** Milliseconds. */
  readonly long: number;
  /** Milliseconds; absent where the row has only its long window. */
  readonly short?: number | undefined;
  /** Burn rate: bad share over error budget. */
  readonly burn: number;
  readonly detector?: 'page' | 'warn' | undefined;
}

export type AlertRows = Partial<Record<(typeof severities)[number], AlertRow>>;

/** One SLO of one surface, as the catalogue holds it: everything resolved, nothing left to look up. */
export interface Slo {
  readonly id: string;
  readonly surface: string;
  readonly title: string;
  readonly category: (typeof categories)[number];
  /** The one number that stands for its category on the first screen. */
  readonly headline: boolean;
  readonly sli: Sli;
  /** Target share of good events, 0 to 1. Kinds of change have none: their bound is in the SLI. */
  readonly objective: number | null;
  /** Milliseconds. */
  readonly window: number;
  readonly tier: 1 | 2 | 3;
  readonly owner: string;
  /** Severities that raise an alarm; an informational SLO has none. */
  readonly severities: readonly (typeof severities)[number][];
  readonly rows: AlertRows;
  /** `required`: only a valid calibration may start a page or a rollback. */
  readonly calibration: 'required' | 'none';
  readonly runbook: string;
}

/** `chat/judge-pass`: how an SLO is named on the command line and in alarms. */
export function sloName(slo: { readonly surface: string; readonly id: string }): string {
  return `${slo.surface}/${slo.id}`;
}
