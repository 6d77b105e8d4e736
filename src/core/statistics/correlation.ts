import { requireFinite, requireInnerRatio, requireSameLength } from './checks.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { mean, sum } from './sums.ts';

/** A correlation in [-1, 1], its pairs, and an interval where one can be made. */
export interface Correlation {
  estimate: number;
  pairs: number;
  interval: Computed<Interval>;
}

/** Whether a list holds one value only; also true of an empty list. */
export function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** The reason why a correlation of the two is not computable, if there is one. */
export function whyNoCorrelation(first: readonly number[], second: readonly number[]): string | undefined {
  requireSameLength('the first values', first, 'the second', second);
  requireFinite('the first values', first);
  requireFinite('the second values', second);
  if (first.length < 2) return `a correlation wants at least 2 pairs, not ${first.length}`;
  if (isConstant(first) || isConstant(second)) return 'one side is constant';
  return undefined;
}

/**
 * Ranks from 1, ties sharing the mean of theirs. `averageRanks([10, 30, 30])` is [1, 2.5, 2.5].
 */
export function averageRanks(values: readonly number[]): number[] {
  const order = values.map((value, place) => ({ value, place })).sort((a, b) => a.value - b.value);
  const ranks = values.map(() => 0);
  let start = 0;
  while (start < order.length) {
    let end = start;
    while (end < order.length && order[end]?.value === order[start]?.value) end += 1;
    for (const { place } of order.slice(start, end)) ranks[place] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** NaN where the squares leave the range of doubles. */
function productMoment(first: readonly number[], second: readonly number[]): number {
  const centreOfFirst = mean(first);
  const centreOfSecond = mean(second);
  const distances = first.map((value) => value - centreOfFirst);
  const others = second.map((value) => value - centreOfSecond);
  const shared = sum(distances.map((distance, i) => distance * (others[i] ?? 0)));
  const squares = sum(distances.map((d) => d * d)) * sum(others.map((d) => d * d));
  return Math.max(-1, Math.min(1, shared / Math.sqrt(squares)));
}

/** Fisher's z interval; `errorFactor` times 1 / sqrt(n - 3) is the standard error of z. */
function fisherInterval(
  estimate: number,
  pairs: number,
  errorFactor: number,
  confidence: number,
): Computed<Interval> {
  const z = twoSidedQuantile(confidence);
  if (pairs <= 3) return notComputable(`the interval wants more than 3 pairs, not ${pairs}`);
  if (1 - Math.abs(estimate) < 1e-14)
    return notComputable('the order is perfect: the interval would have no width');
  const reach = (z * errorFactor) / Math.sqrt(pairs - 3);
  const centre = Math.atanh(estimate);
  return { ok: true, lower: Math.tanh(centre - reach), upper: Math.tanh(centre + reach) };
}

/**
 * Pearson's product-moment correlation with Fisher's z interval.
 * Paired finite numbers (RangeError). Not computable from fewer than 2 pairs or where a side is constant.
 * `pearsonCorrelation([1, 2, 3], [1, 2, 4], 0.95)` has estimate .981981.
 */
export function pearsonCorrelation(
  first: readonly number[],
  second: readonly number[],
  confidence: number,
): Computed<Correlation> {
  requireInnerRatio('confidence', confidence);
  const reason = whyNoCorrelation(first, second);
  if (reason !== undefined) return notComputable(reason);
  const estimate = productMoment(first, second);
  if (Number.isNaN(estimate)) return notComputable('the values are too large or too close together');
  return {
    ok: true,
    estimate,
    pairs: first.length,
    interval: fisherInterval(estimate, first.length, 1, confidence),
  };
}

/**
 * Spearman's rank correlation, ties by mean rank, with Fisher's z interval.
 *
 * As {@link pearsonCorrelation} of the ranks; the standard error of z is sqrt((1 + r^2/2) / (n - 3)).
 * Source of the error: D. G. Bonett and T. A. Wright 2000, Psychometrika 65.
 * `spearmanCorrelation([4, 4, 4, 4, 5], [3, 4, 5, 4, 5], 0.95)` has estimate .559017.
 */
export function spearmanCorrelation(
  first: readonly number[],
  second: readonly number[],
  confidence: number,
): Computed<Correlation> {
  requireInnerRatio('confidence', confidence);
  const reason = whyNoCorrelation(first, second);
  if (reason !== undefined) return notComputable(reason);
  const estimate = productMoment(averageRanks(first), averageRanks(second));
  const errorFactor = Math.sqrt(1 + (estimate * estimate) / 2);
  return {
    ok: true,
    estimate,
    pairs: first.length,
    interval: fisherInterval(estimate, first.length, errorFactor, confidence),
  };
}

/**
 * Mean absolute difference of paired scores, in the scores' unit. Not computable without pairs.
 * `meanAbsoluteError([1, 2], [2, 4])` has estimate 1.5.
 */
export function meanAbsoluteError(
  first: readonly number[],
  second: readonly number[],
): Computed<{ estimate: number; pairs: number }> {
  requireSameLength('the first scores', first, 'the second', second);
  requireFinite('the first scores', first);
  requireFinite('the second scores', second);
  if (first.length === 0) return notComputable('there is no pair of scores');
  const estimate = mean(first.map((score, i) => Math.abs(score - (second[i] ?? 0))));
  return { ok: true, estimate, pairs: first.length };
}
