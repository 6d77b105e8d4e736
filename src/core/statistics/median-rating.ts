import { requireFinite } from './checks.ts';
import { type Computed, notComputable } from './outcome.ts';

/** What several raters say of one response. */
export interface MedianRating {
  median: number;
  ratings: number;
  /** The two middle ratings differ: the median lies between them, and was given by nobody perhaps. */
  tied: boolean;
  /** Highest less lowest rating; above 0 the raters disagree. */
  spread: number;
}

/**
 * Median of a response's ratings: people's verdict. With an even number the mean of the two middle ones, reported as
 * tied where they differ.
 *
 * Finite numbers (RangeError). Not computable without ratings.
 * `medianRating([3, 4])` is { ok: true, median: 3.5, ratings: 2, tied: true, spread: 1 }.
 */
export function medianRating(ratings: readonly number[]): Computed<MedianRating> {
  requireFinite('ratings', ratings);
  const sorted = [...ratings].sort((first, second) => first - second);
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  if (low === undefined || high === undefined) return notComputable('nobody rated this response');
  const spread = (sorted.at(-1) ?? high) - (sorted[0] ?? low);
  return { ok: true, median: (low + high) / 2, ratings: sorted.length, tied: low !== high, spread };
}
