import { requireFinite, requireInnerRatio, requireSameLength } from './checks.ts';
import { effectiveSize } from './effective-size.ts';
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

/**
 * Ranks in the population that weighted values stand for: half of the weight of a value's ties, after all that is smaller.
 * With equal weights they order as {@link averageRanks} do. `weightedRanks([10, 30, 30], [2, 1, 1])` is [1, 3, 3].
 */
export function weightedRanks(values: readonly number[], weights: readonly number[]): number[] {
  const order = values
    .map((value, place) => ({ value, place, weight: weights[place] ?? 0 }))
    .sort((a, b) => a.value - b.value);
  const ranks = values.map(() => 0);
  let below = 0;
  let start = 0;
  while (start < order.length) {
    let end = start;
    let tied = 0;
    while (end < order.length && order[end]?.value === order[start]?.value) {
      tied += order[end]?.weight ?? 0;
      end += 1;
    }
    for (const { place } of order.slice(start, end)) ranks[place] = below + tied / 2;
    below += tied;
    start = end;
  }
  return ranks;
}

/** {@link productMoment} in the population that weighted pairs stand for. */
function weightedMoment(
  first: readonly number[],
  second: readonly number[],
  weights: readonly number[],
): number {
  const total = sum(weights);
  const centre = (values: readonly number[]) =>
    sum(values.map((value, i) => value * (weights[i] ?? 0))) / total;
  const [centreOfFirst, centreOfSecond] = [centre(first), centre(second)];
  const moment = (of: (i: number) => number) => sum(weights.map((weight, i) => weight * of(i)));
  const ofFirst = (i: number) => (first[i] ?? 0) - centreOfFirst;
  const ofSecond = (i: number) => (second[i] ?? 0) - centreOfSecond;
  const squares = moment((i) => ofFirst(i) ** 2) * moment((i) => ofSecond(i) ** 2);
  return Math.max(-1, Math.min(1, moment((i) => ofFirst(i) * ofSecond(i)) / Math.sqrt(squares)));
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
 * {@link spearmanCorrelation} in the population that a draw stands for: each pair counts by its weight, 1 / the probability that
 * it was drawn, and the interval by Kish's effective number of them. Weights over 0 (RangeError).
 */
export function weightedSpearman(
  first: readonly number[],
  second: readonly number[],
  weights: readonly number[],
  confidence: number,
): Computed<Correlation> {
  requireInnerRatio('confidence', confidence);
  requireSameLength('the first values', first, 'weights', weights);
  const reason = whyNoCorrelation(first, second);
  if (reason !== undefined) return notComputable(reason);
  const size = effectiveSize(weights);
  if (!weights.every((weight) => weight > 0)) throw new RangeError('a weight must be over 0');
  const estimate = weightedMoment(weightedRanks(first, weights), weightedRanks(second, weights), weights);
  const errorFactor = Math.sqrt(1 + (estimate * estimate) / 2);
  const interval = fisherInterval(estimate, size, errorFactor, confidence);
  return { ok: true, estimate, pairs: first.length, interval };
}

/**
 * Mean absolute difference of paired scores, in the scores' unit, each by its weight where there are any. Not computable without pairs.
 * `meanAbsoluteError([1, 2], [2, 4])` has estimate 1.5.
 */
export function meanAbsoluteError(
  first: readonly number[],
  second: readonly number[],
  weights?: readonly number[],
): Computed<{ estimate: number; pairs: number }> {
  requireSameLength('the first scores', first, 'the second', second);
  requireFinite('the first scores', first);
  requireFinite('the second scores', second);
  if (first.length === 0) return notComputable('there is no pair of scores');
  const distances = first.map((score, i) => Math.abs(score - (second[i] ?? 0)));
  if (weights === undefined) return { ok: true, estimate: mean(distances), pairs: first.length };
  requireSameLength('the scores', first, 'weights', weights);
  const estimate = sum(distances.map((distance, i) => distance * (weights[i] ?? 0))) / sum(weights);
  return { ok: true, estimate, pairs: first.length };
}
