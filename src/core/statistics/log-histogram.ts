import { largest as largestOf, smallest as smallestOf } from '../extremes.ts';
import { requireCount, requireRatio } from './checks.ts';

/** Each bin's upper edge is 4% above its lower one, so its middle is within 1.96% of every value in it. */
const growth = 1.04;
const logGrowth = Math.log(growth);

/** Values below are counted as 0: a picosecond in ms, a billionth of a dollar. */
const smallest = 1e-9;

/** Values above share the last bin: eleven days in ms, a billion dollars. So there are 1,058 bins, and no more. */
const largest = 1e9;

/**
 * Histogram with bins of equal ratio, for latencies (ms) and costs (USD): plain JSON, sparse, mergeable.
 * Quantiles of values from 1e-9 to 1e9 are off by at most 1.96% of the value, the mean by nothing.
 */
export interface LogHistogram {
  count: number;
  sum: number;
  /** Smallest and largest value, exactly; both 0 while empty. */
  least: number;
  most: number;
  /** How many values were 0 (below 1e-9). */
  zeros: number;
  /** Counts by bin index; bin i holds values in (1.04^(i-1), 1.04^i]. */
  bins: Record<string, number>;
}

/** A histogram of nothing. */
export function emptyHistogram(): LogHistogram {
  return { count: 0, sum: 0, least: 0, most: 0, zeros: 0, bins: {} };
}

/**
 * Bin of a value, or `zero` below a billionth: how a histogram is kept as counters, of which there are 1,059 at most.
 * Values are finite and at least 0.
 */
export function histogramBin(value: number): string {
  return value < smallest ? 'zero' : String(binOf(value));
}

/**
 * A histogram of counters by {@link histogramBin}. Its least and most are the edges of its outer bins.
 *
 * @param sum of all values, exactly
 */
export function histogramOfBins(counters: ReadonlyMap<string, number>, sum: number): LogHistogram {
  const histogram = emptyHistogram();
  histogram.sum = sum;
  const indices: number[] = [];
  for (const [bin, count] of counters) {
    if (count <= 0) continue;
    histogram.count += count;
    if (bin === 'zero') histogram.zeros += count;
    else {
      histogram.bins[bin] = count;
      indices.push(Number(bin));
    }
  }
  if (indices.length > 0) {
    histogram.least = histogram.zeros > 0 ? 0 : growth ** (smallestOf(indices) - 1);
    histogram.most = growth ** largestOf(indices);
  }
  return histogram;
}

/** The value that stands for a bin, within 1.96% of every value in it; of the last one, of a billion. */
export function binMiddle(bin: string): number {
  return bin === 'zero' ? 0 : middleOf(Number(bin));
}

function binOf(value: number): number {
  return Math.ceil(Math.log(Math.min(value, largest)) / logGrowth);
}

function middleOf(bin: number): number {
  return (2 * growth ** bin) / (growth + 1);
}

/**
 * Adds values, each `times` times, to a histogram in place and returns it.
 * Values are finite and at least 0 (RangeError). `addToHistogram(emptyHistogram(), [3, 5]).count` is 2.
 */
export function addToHistogram(histogram: LogHistogram, values: readonly number[], times = 1): LogHistogram {
  requireCount('times', times);
  if (times === 0) return histogram;
  for (const value of values) {
    requireCount('a value', value);
    histogram.least = histogram.count === 0 ? value : Math.min(histogram.least, value);
    histogram.most = Math.max(histogram.most, value);
    histogram.count += times;
    histogram.sum += value * times;
    if (value < smallest) histogram.zeros += times;
    else {
      const bin = binOf(value);
      histogram.bins[bin] = (histogram.bins[bin] ?? 0) + times;
    }
  }
  return histogram;
}

/** A new histogram of all values of the given ones; their order does not matter. */
export function mergeHistograms(histograms: readonly LogHistogram[]): LogHistogram {
  const merged = emptyHistogram();
  for (const histogram of histograms) {
    if (histogram.count === 0) continue;
    merged.least = merged.count === 0 ? histogram.least : Math.min(merged.least, histogram.least);
    merged.most = Math.max(merged.most, histogram.most);
    merged.count += histogram.count;
    merged.sum += histogram.sum;
    merged.zeros += histogram.zeros;
    for (const [bin, count] of Object.entries(histogram.bins)) {
      merged.bins[bin] = (merged.bins[bin] ?? 0) + count;
    }
  }
  return merged;
}

function sortedBins({ bins }: LogHistogram): [bin: number, count: number][] {
  return Object.entries(bins)
    .map(([bin, count]): [number, number] => [Number(bin), count])
    .sort(([first], [second]) => first - second);
}

/**
 * The value that a share of all values do not exceed: the smallest whose rank is at least `share` x count
 * (R's type 1), within 1.96%; undefined of an empty histogram. `share` in [0, 1] (RangeError).
 * `histogramQuantile(addToHistogram(emptyHistogram(), [10, 20, 90]), 0.5)` is within 1.96% of 20.
 */
export function histogramQuantile(histogram: LogHistogram, share: number): number | undefined {
  requireRatio('the share', share);
  if (histogram.count === 0) return undefined;
  const rank = share * histogram.count - 1e-9;
  if (histogram.zeros > 0 && histogram.zeros >= rank) return 0;
  let seen = histogram.zeros;
  for (const [bin, count] of sortedBins(histogram)) {
    seen += count;
    if (seen >= rank) return Math.min(histogram.most, Math.max(histogram.least, middleOf(bin)));
  }
  return histogram.most;
}

/** The exact mean of all values; undefined of an empty histogram. */
export function histogramMean({ sum, count }: LogHistogram): number | undefined {
  return count === 0 ? undefined : sum / count;
}

/**
 * How many values were over a limit (at least 0: RangeError), counting those in the limit's own bin as over it where
 * the bin's middle is. For an objective's exact counts keep a counter at its limit instead.
 */
export function countOver(histogram: LogHistogram, limit: number): number {
  requireCount('the limit', limit);
  if (histogram.count === 0 || limit >= histogram.most) return 0;
  let over = 0;
  for (const [bin, count] of sortedBins(histogram)) if (middleOf(bin) > limit) over += count;
  return over;
}
