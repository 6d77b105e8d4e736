import { bucketWidth, hourStart } from '../time.ts';
import { addTo } from './fresh-columns.ts';
import { readCountSortKey, type Slice } from './keys.ts';
import { type FreshColumns, isDistribution } from './series-set.ts';
import { type JudgementCount, VerdictSums } from './verdict-sums.ts';

/** Columns of an hour from its judgements: over all of them (`*`), and per cohort and release. */
export function summariseVerdicts(
  rubric: { readonly id: string; readonly version: number },
  judgements: readonly JudgementCount[],
): Map<Slice, FreshColumns> {
  const sums = new VerdictSums(rubric);
  for (const judgement of judgements) sums.add(judgement);
  return sums.slices;
}

/** Columns of an hour from its counter items: per cohort and release, and their cohorts' sum over all (`*`). */
export function summariseCounts(
  hourKey: string,
  items: readonly { readonly sk: string; readonly counters: Readonly<Record<string, number>> }[],
): Map<Slice, FreshColumns> {
  const slices = new Map<Slice, FreshColumns>();
  const start = hourStart(hourKey);
  for (const { sk, counters } of items) {
    const { bucket: index, slice } = readCountSortKey(sk);
    const bucket = start + index * bucketWidth;
    for (const [name, value] of Object.entries(counters)) {
      // Distributions are read of the whole only, and they are most of the columns.
      if (!isDistribution(name)) addTo(slices, slice, name, bucket, value);
      if (slice.startsWith('c:')) addTo(slices, '*', name, bucket, value);
    }
  }
  return slices;
}
