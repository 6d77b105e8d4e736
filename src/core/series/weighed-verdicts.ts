import { type WeighedCounts, weigh } from '../slo/rules/count-series.ts';
import { type SeriesSet, sumColumn } from './series-set.ts';
import { type VerdictColumn, type VerdictOutcome, verdictColumn } from './verdict-sums.ts';

/** A stretch of a surface's verdicts under one rubric version. Epoch milliseconds. */
export interface VerdictStretch {
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  readonly from: number;
  readonly to: number;
}

function sum(
  seriesSet: SeriesSet,
  { surface, rubric, from, to }: VerdictStretch,
  what: VerdictColumn,
): number {
  return sumColumn(seriesSet.column(surface, '*', verdictColumn(rubric, what)), from, to);
}

/** How many judgements had an outcome, as the usual sampling rate would have found them: zoomed ones count for less. */
export function usualCount(seriesSet: SeriesSet, stretch: VerdictStretch, what: VerdictOutcome): number {
  return sum(seriesSet, stretch, what) - sum(seriesSet, stretch, `less:${what}`);
}

/** Verdicts that passed, of all of them, as evidence. */
export function weighedVerdicts(seriesSet: SeriesSet, stretch: VerdictStretch): WeighedCounts {
  const read = (what: VerdictColumn) => sum(seriesSet, stretch, what);
  const total = read('judged');
  const counts = { good: Math.min(total, read('pass')), total };
  const less = read('less:judged');
  if (!(less > 0)) return counts;
  return weigh(counts, { good: read('less:pass'), total: less, squares: read('less2:judged') });
}
