import type { StoredMetric } from './metric-store.ts';

export const plainStatistics = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'] as const;
export type PlainStatistic = (typeof plainStatistics)[number];

/** A statistic to read from samples: a plain one, or a percentile between 0 and 100. */
export type Statistic =
  | { readonly kind: PlainStatistic }
  | { readonly kind: 'percentile'; readonly percentile: number };

/**
 * Reads a statistic's name: the five plain ones and percentiles such as `p99` or `p99.9`. `undefined` for any other,
 * the trimmed means and percentile ranks of CloudWatch among them, which are not kept here.
 */
export function parseStatistic(text: string): Statistic | undefined {
  const plain = plainStatistics.find((kind) => kind === text);
  if (plain !== undefined) return { kind: plain };
  const digits = /^p(\d{1,2}(?:\.\d{0,10})?|100)$/.exec(text)?.[1];
  return digits === undefined ? undefined : { kind: 'percentile', percentile: Number(digits) };
}

/**
 * A statistic of a metric over minutes `from` (inclusive) to `to` (exclusive); `undefined` where there are no samples,
 * and for percentiles where the samples' values are unknown (they came as StatisticValues, or were dropped for room).
 */
export function readStatistic(
  metric: StoredMetric | undefined,
  statistic: Statistic,
  from: number,
  to: number,
): number | undefined {
  if (metric === undefined) return undefined;
  if (statistic.kind === 'percentile') return metric.series.percentile(from, to, statistic.percentile);
  const samples = metric.series.aggregate(from, to);
  if (samples === undefined) return undefined;
  switch (statistic.kind) {
    case 'Average':
      return samples.sum / samples.count;
    case 'Sum':
      return samples.sum;
    case 'Minimum':
      return samples.min;
    case 'Maximum':
      return samples.max;
    case 'SampleCount':
      return samples.count;
  }
}
