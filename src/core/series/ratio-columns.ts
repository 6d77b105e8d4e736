import type { Rubric } from '../rubric/rubric.ts';
import type { Field } from '../slo/definition/field.ts';
import { countsOf, takesSetting } from '../slo/definition/sli-kinds.ts';
import type { Slo } from '../slo/definition/slo.ts';
import type { Bucket } from '../slo/rules/count-series.ts';
import { binMiddle } from '../statistics/log-histogram.ts';
import type { Columns } from './series-set.ts';
import { verdictColumn } from './verdict-sums.ts';

/** Reads one bucket of a slice as good events out of all. */
type ReadBucket = (columns: Columns, bucket: number) => Omit<Bucket, 'at'>;

/** Columns that a ratio's buckets come from: each bucket that one of them holds is read. */
export interface Ratio {
  readonly from: (columns: Columns) => readonly string[];
  readonly read: ReadBucket;
}

function value(columns: Columns, name: string, bucket: number): number {
  return columns.get(name)?.get(bucket) ?? 0;
}

/** Good and total columns as they stand. */
function plain(good: string, total: string): ReadBucket {
  return (columns, bucket) => bounded(value(columns, good, bucket), value(columns, total, bucket));
}

/** A judge's verdicts, what zoomed ones count for less, and what of them was rescored. */
function verdictsOf(rubric: Rubric): ReadBucket {
  const names = {
    judged: verdictColumn(rubric, 'judged'),
    pass: verdictColumn(rubric, 'pass'),
    lessJudged: verdictColumn(rubric, 'less:judged'),
    lessPass: verdictColumn(rubric, 'less:pass'),
    lessSquares: verdictColumn(rubric, 'less2:judged'),
    backJudged: verdictColumn(rubric, 'back:judged'),
    backPass: verdictColumn(rubric, 'back:pass'),
  };
  return (columns, bucket) => {
    const verdicts = bounded(value(columns, names.pass, bucket), value(columns, names.judged, bucket));
    const back = value(columns, names.backJudged, bucket);
    const rescored = back > 0 && { rescored: bounded(value(columns, names.backPass, bucket), back) };
    const counts = { ...verdicts, ...rescored };
    const total = value(columns, names.lessJudged, bucket);
    if (!(total > 0)) return counts;
    const good = Math.min(total, value(columns, names.lessPass, bucket));
    return { ...counts, thinned: { good, total, squares: value(columns, names.lessSquares, bucket) } };
  };
}

/** A doubled count after a redelivery must not make more good events than events. */
function bounded(good: number, total: number): Pick<Bucket, 'good' | 'total'> {
  return { good: Math.max(0, Math.min(good, total)), total };
}

/** Columns of a ratio SLO. A rubric is wanted where a judge's verdicts are counted. */
export function ratioOf(slo: Slo, rubric: Rubric | undefined): Ratio {
  const { sli, id } = slo;
  if (countsOf(sli) === 'verdicts' && rubric !== undefined) {
    const total = verdictColumn(rubric, 'judged');
    return { from: () => [total], read: verdictsOf(rubric) };
  }
  if (takesSetting(sli, 'feedback')) {
    return {
      from: () => [`t:${id}`],
      read: (columns, bucket) =>
        bounded(
          value(columns, `g:${id}`, bucket) - value(columns, 'negative', bucket),
          value(columns, `t:${id}`, bucket),
        ),
    };
  }
  return { from: () => [`t:${id}`], read: plain(`g:${id}`, `t:${id}`) };
}

/** A provider's attempts. */
export function attemptsOf(provider: string): Ratio {
  return { from: () => [`pt:${provider}`], read: plain(`pg:${provider}`, `pt:${provider}`) };
}

/** Responses of a field at or under a limit, to the resolution of its histogram. */
export function underMultiple(field: Field, limit: number): Ratio & { readonly name: string } {
  const prefix = `h:${field}:`;
  const overs = (columns: Columns) =>
    [...columns.keys()].filter(
      (name) => name.startsWith(prefix) && binMiddle(name.slice(prefix.length)) > limit,
    );
  return {
    name: limit.toPrecision(4),
    from: () => [`c:${field}`],
    read: (columns, bucket) => {
      const total = value(columns, `c:${field}`, bucket);
      const over = overs(columns).reduce((sum, name) => sum + value(columns, name, bucket), 0);
      return bounded(total - over, total);
    },
  };
}
