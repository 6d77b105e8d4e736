import { smallest } from '../extremes.ts';
import type { ReadonlyColumn as Column } from '../series/column.ts';
import type { Columns } from '../series/series-set.ts';
import { binomialLowerTail } from '../statistics/binomial.ts';
import { bucketWidth, day, hour } from '../time.ts';

export const timelineKinds = [
  'release',
  'model',
  'judge',
  'rubric',
  'incident',
  'traffic',
  'calibration',
  'alarm',
  'operator',
] as const;

/** Something that changed, by its time: a candidate for a cause, or a mark on the timeline. */
export interface TimelineEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: (typeof timelineKinds)[number];
  /** One sentence; names in it come from outside. */
  readonly text: string;
}

/** How far from the start something may lie to be told beside it. Causes come before; words of them come a little late. */
export const nearBefore = 3 * hour;
export const nearAfter = 2 * hour;

/** What happened near a start that is known to within a range, the nearest first. */
export function nearStart(
  happenings: readonly TimelineEntry[],
  start: { readonly at: number; readonly range: { readonly from: number; readonly to: number } },
): TimelineEntry[] {
  return happenings
    .filter(({ at }) => at >= start.range.from - nearBefore && at <= start.range.to + nearAfter)
    .toSorted((first, second) => Math.abs(first.at - start.at) - Math.abs(second.at - start.at));
}

/** Start of a column's first bucket with a value; undefined where there is none. */
export function firstBucketOf(column: Column | undefined): number | undefined {
  let first: number | undefined;
  for (const [bucket, value] of column ?? [])
    if (value > 0 && (first === undefined || bucket < first)) first = bucket;
  return first;
}

/** Names whose column with this prefix begins later than the data as a whole, and when. The first ones are no news. */
export function firstSeen(
  columns: Columns | undefined,
  prefix: string,
  suffix = '',
): { name: string; at: number }[] {
  const seen = [...(columns ?? [])]
    .filter(([name]) => name.startsWith(prefix) && name.endsWith(suffix))
    .flatMap(([name, column]) => {
      const at = firstBucketOf(column);
      return at === undefined ? [] : [{ name: name.slice(prefix.length, name.length - suffix.length), at }];
    });
  return withoutFirst(seen);
}

/** Leaves out what was there from the beginning: within an hour of the first. */
export function withoutFirst(seen: readonly { name: string; at: number }[]): { name: string; at: number }[] {
  const beginning = smallest(seen.map(({ at }) => at));
  return seen.filter(({ at }) => at > beginning + hour).toSorted((first, second) => first.at - second.at);
}

/** Traffic is compared over so long on either side. */
const trafficWidth = 3 * hour;
const trafficTimes = 2;
/** A shift that came the day before as well is the day's rhythm. */
const rhythm = 1.5;

/**
 * Whether traffic at least doubled or halved at an instant, three hours against three hours, beyond chance and not as it
 * did 24 hours before.
 *
 * @param responses responses by bucket
 * @returns the ratio after / before; undefined where it did not shift
 */
export function findTrafficShift(responses: Column, at: number): number | undefined {
  const before = sumOf(responses, at - trafficWidth, at);
  const after = sumOf(responses, at, at + trafficWidth);
  if (before + after < 40 || before === 0) return undefined;
  const ratio = after / before;
  if (ratio < trafficTimes && ratio > 1 / trafficTimes) return undefined;
  const less = Math.min(before, after);
  if (binomialLowerTail({ passes: less, events: before + after }, 0.5).probability > 1e-3) return undefined;
  const dayBefore = sumOf(responses, at - day - trafficWidth, at - day);
  const dayAfter = sumOf(responses, at - day, at - day + trafficWidth);
  if (dayBefore > 0 && dayAfter > 0) {
    const usual = dayAfter / dayBefore;
    if (ratio / usual < rhythm && usual / ratio < rhythm) return undefined;
  }
  return ratio;
}

function sumOf(column: Column, from: number, to: number): number {
  let sum = 0;
  for (let bucket = Math.ceil(from / bucketWidth) * bucketWidth; bucket < to; bucket += bucketWidth)
    sum += column.get(bucket) ?? 0;
  return sum;
}
