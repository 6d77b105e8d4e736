import type { Severity } from '../names.ts';
import type { Counts } from '../slo/rules/count-series.ts';
import type { BadWords } from '../slo/words/say-share.ts';
import type { Interval } from '../statistics/outcome.ts';
import { wilsonInterval } from '../statistics/proportion-interval.ts';
import { day, hour } from '../time.ts';
import {
  countTestable,
  type Dimension,
  type DimensionName,
  findCarriers,
  type SliceCounts,
} from './carriers.ts';
import type { Fall } from './change-point.ts';
import type { CriterionChange } from './criteria.ts';
import type { TimelineEntry } from './timeline.ts';

/** The two stretches that are held against each other, epoch milliseconds; ends are exclusive. */
export interface Comparison {
  readonly before: { readonly from: number; readonly to: number };
  readonly after: { readonly from: number; readonly to: number };
}

/** A failing verdict with what is left of its words. */
export interface WorstVerdict {
  readonly responseId: string;
  readonly at: number;
  readonly score: number;
  readonly release: string | null;
  readonly model: string | null;
  readonly cohort: string | null;
  readonly criteria: readonly {
    readonly id: string;
    readonly score: number;
    readonly reason: string | null;
  }[];
  /** The beginning of what the user asked, untrusted; null where its text has expired or was not sent. */
  readonly question: string | null;
  /** The beginning of the answer, untrusted; null where its text has expired. */
  readonly excerpt: string | null;
}

/** Verdicts that were read, and what of them there is to show. */
export interface VerdictsRead {
  readonly rubric: string;
  readonly passMark: number;
  /** Hours of verdicts that were read: one query each. */
  readonly hours: number;
  /** Hours that the comparison would have held besides. */
  readonly hoursLeftOut: number;
  readonly judged: number;
  /** Of them, since the start, under the pass mark. */
  readonly failed: number;
  readonly criteria: readonly CriterionChange[];
  readonly worst: readonly WorstVerdict[];
  /** How long texts are kept, milliseconds. */
  readonly textsKept: number;
}

/** Everything that was found out about an SLO's fall. */
export interface Triage {
  readonly slo: string;
  readonly title: string;
  readonly category: string;
  readonly surface: string;
  readonly objective: number | null;
  /** What the events of the SLI are, in the plural. */
  readonly events: string;
  /** What was counted where the SLI itself is no share of good events. */
  readonly proxy: string | null;
  readonly source: string;
  /** A bad event in words; undefined where a change is looked into. */
  readonly bad?: BadWords | undefined;
  /** The alarm that is on as of then, with its reason; undefined where none is. */
  readonly alarm?: { readonly severity: Severity; readonly reason: string } | undefined;
  /** As of, epoch milliseconds. */
  readonly at: number;
  /** The period that was searched. */
  readonly searched: { readonly from: number; readonly to: number };
  readonly whole: Counts;
  /** Where no change can be made out, why not. */
  readonly fall: Fall | null;
  readonly comparison: Comparison | null;
  readonly before: Counts;
  readonly after: Counts;
  readonly dimensions: readonly Dimension[];
  /** Ways to cut the traffic that nothing is stored of. */
  readonly notCut: readonly DimensionName[];
  readonly verdicts: VerdictsRead | null;
  /** Near the start, the nearest first. */
  readonly near: readonly TimelineEntry[];
  /** Of the whole period, in order of time. */
  readonly timeline: readonly TimelineEntry[];
  readonly caveats: readonly string[];
}

/** How much of what lies before the start is compared, and at most how much after it. */
export const comparedBefore = 72 * hour;
export const comparedAfter = 96 * hour;

/** The stretches around a fall: up to 72 h before it, and from its start to its end or the period's, 96 h at most. */
export function compareAround(
  fall: Pick<Fall, 'at' | 'until'>,
  period: { from: number; to: number },
): Comparison {
  const end = Math.min(fall.until ?? period.to, fall.at + comparedAfter, period.to);
  return {
    before: { from: Math.max(period.from, fall.at - comparedBefore), to: fall.at },
    after: { from: fall.at, to: Math.max(end, fall.at) },
  };
}

/** How far back a fall is looked for: twice the SLO's window, 3 to 14 days. */
export function searchWidth(window: number): number {
  return Math.min(14 * day, Math.max(3 * day, 2 * window));
}

/** Cuts the traffic each way, correcting for all slices that are tested together. */
export function findCarriersByDimension(
  cuts: readonly { readonly dimension: DimensionName; readonly slices: readonly SliceCounts[] }[],
  designEffect: number,
): Dimension[] {
  const tested = cuts.reduce((sum, { slices }) => sum + countTestable(slices), 0);
  return cuts.map(({ dimension, slices }) => findCarriers({ dimension, slices, tested, designEffect }));
}

/** Counts of labelled events before and after; those without a label are a slice of their own. */
export function countSlices<Event extends SlicedEvent>(
  events: readonly Event[],
  labelOf: (event: Event) => string | undefined,
  { before, after }: Comparison,
): SliceCounts[] {
  const slices = new Map<
    string,
    { before: { good: number; total: number }; after: { good: number; total: number } }
  >();
  for (const event of events) {
    const when = isIn(event.at, before) ? 'before' : isIn(event.at, after) ? 'after' : undefined;
    if (when === undefined) continue;
    const name = labelOf(event) ?? unnamed;
    let slice = slices.get(name);
    if (slice === undefined) {
      slice = { before: { good: 0, total: 0 }, after: { good: 0, total: 0 } };
      slices.set(name, slice);
    }
    const weight = 1 / (event.zoom ?? 1);
    slice[when].total += weight;
    if (event.pass === true) slice[when].good += weight;
  }
  return [...slices].map(([name, counts]) => ({ name, ...counts }));
}

/** A verdict; one that was sampled at a multiple of the usual rate counts for less. */
interface SlicedEvent {
  readonly at: number;
  readonly pass: boolean | undefined;
  readonly zoom?: number | undefined;
}

/** The slice of what carries no label. */
export const unnamed = '(none)';

export function isIn(at: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return at >= from && at < to;
}

/** Difference of two shares of good events, before less after, with a 95% interval: R. G. Newcombe 1998, method 10. */
export function differenceOf(before: Counts, after: Counts): Interval & { readonly value: number } {
  const first = { passes: before.good, events: before.total };
  const second = { passes: after.good, events: after.total };
  const shareOf = ({ good, total }: Counts) => (total === 0 ? 0 : good / total);
  const p = shareOf(before);
  const q = shareOf(after);
  const a = wilsonInterval(first, 0.95);
  const b = wilsonInterval(second, 0.95);
  return {
    value: p - q,
    lower: p - q - Math.hypot(p - a.lower, b.upper - q),
    upper: p - q + Math.hypot(a.upper - p, q - b.lower),
  };
}

/** The judge's reasons, the lowest score first; one that several criteria share is told once. */
export function reasonsOf({ criteria }: WorstVerdict): { said: string; reason: string }[] {
  const reasons = new Map<string, string[]>();
  for (const { id, score, reason } of criteria)
    if (reason !== null) reasons.set(reason, [...(reasons.get(reason) ?? []), `${id} ${score}`]);
  return [...reasons].map(([reason, said]) => ({ said: said.join(', '), reason }));
}

/** Looks back are widened up to so far while nothing is found. */
export const widestSearch = 30 * day;
