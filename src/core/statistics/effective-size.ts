import { requireCount } from './checks.ts';

/**
 * Kish's effective size of a weighted sample: (sum of weights)^2 / sum of squared weights; 0 of an empty sample.
 *
 * Weights are finite and at least 0 (RangeError), usually 1 / inclusion probability. With equal weights it is their
 * number. Source: L. Kish 1965, Survey Sampling, 11.7. `effectiveSize([1, 1, 2])` is 16/6 = 2.667.
 */
export function effectiveSize(weights: readonly number[]): number {
  let total = 0;
  let squares = 0;
  for (const weight of weights) {
    requireCount('a weight', weight);
    total += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (total * total) / squares;
}

/** The same from groups of equal weight: `effectiveSizeOfGroups([{ weight: 1, count: 2 }, { weight: 2, count: 1 }])`. */
export function effectiveSizeOfGroups(groups: readonly { weight: number; count: number }[]): number {
  let total = 0;
  let squares = 0;
  for (const { weight, count } of groups) {
    requireCount('a weight', weight);
    requireCount('a count', count);
    total += count * weight;
    squares += count * weight * weight;
  }
  return squares === 0 ? 0 : (total * total) / squares;
}

/**
 * Design effect of clusters of responses (conversations) that are judged whole: 1 + (mean size, weighted by size,
 * - 1) x intraclass correlation. Divide event counts by it before an exact test.
 *
 * Source: Kish 1965, 5.4, with unequal sizes after Kerry and Bland 1998. `designEffect([5, 5, 5], 0.3)` is 2.2.
 */
export function designEffect(clusterSizes: readonly number[], intraclassCorrelation: number): number {
  let total = 0;
  let squares = 0;
  for (const size of clusterSizes) {
    requireCount('a cluster size', size);
    total += size;
    squares += size * size;
  }
  return total === 0 ? 1 : Math.max(1, 1 + (squares / total - 1) * intraclassCorrelation);
}
