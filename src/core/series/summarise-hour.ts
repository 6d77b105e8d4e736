import { type EndState, endStates, type JudgementState } from '../judging/judgement.ts';
import { bucketWidth, floorTo, hourStart } from '../time.ts';
import { readCountSortKey, type Slice } from './keys.ts';
import { type FreshColumns, isDistribution, verdictSource } from './series-set.ts';

/** What a roll-up needs of a judgement. */
export interface JudgementCount {
  readonly at: number;
  readonly state: JudgementState;
  readonly score: number | undefined;
  readonly pass: boolean | undefined;
  readonly cohort: string | undefined;
  readonly release: string | undefined;
  /** Conversations judged whole share one. */
  readonly traceId?: string | undefined;
  /** The model id that the judge's provider returned. */
  readonly returnedModel?: string | undefined;
}

/** What became of judgements, as columns of a verdict source. */
export type VerdictColumn = EndState | 'pass' | 'late' | 'squares' | `score${number}` | `model:${string}`;

export function verdictColumn(
  rubric: { readonly id: string; readonly version: number },
  what: VerdictColumn,
): string {
  return `${verdictSource(rubric)}|${what}`;
}

/** The end state that a verdict column counts; undefined for every other column. */
export function endStateOf(columnName: string): EndState | undefined {
  if (!columnName.startsWith('v:')) return undefined;
  const what = columnName.slice(columnName.lastIndexOf('|') + 1);
  return endStates.find((state) => state === what);
}

/** Columns of an hour from its judgements: over all of them (`*`), and per cohort and release. */
export function summariseVerdicts(
  rubric: { readonly id: string; readonly version: number },
  judgements: readonly JudgementCount[],
): Map<Slice, FreshColumns> {
  const slices = new Map<Slice, FreshColumns>();
  const sizes = new Map<string, number>();
  for (const { state, traceId } of judgements) {
    if (state === 'judged' && traceId !== undefined) sizes.set(traceId, (sizes.get(traceId) ?? 0) + 1);
  }
  for (const judgement of judgements) {
    const bucket = floorTo(judgement.at, bucketWidth);
    const names = outcomes(judgement).map((what) => verdictColumn(rubric, what));
    const of: Slice[] = ['*'];
    if (judgement.cohort !== undefined) of.push(`c:${judgement.cohort}`);
    if (judgement.release !== undefined) of.push(`r:${judgement.release}`);
    for (const slice of of) for (const name of names) increase(slices, slice, name, bucket, 1);
    // Each response adds its conversation's size, so that the column sums to the squares of the sizes.
    if (judgement.state === 'judged') {
      const size = judgement.traceId === undefined ? 1 : (sizes.get(judgement.traceId) ?? 1);
      increase(slices, '*', verdictColumn(rubric, 'squares'), bucket, size);
      if (judgement.returnedModel !== undefined)
        increase(slices, '*', verdictColumn(rubric, `model:${judgement.returnedModel}`), bucket, 1);
    }
  }
  return slices;
}

function outcomes({ state, score, pass }: JudgementCount): VerdictColumn[] {
  switch (state) {
    case 'judged':
      return [
        'judged',
        ...(pass === true ? (['pass'] as const) : []),
        ...(score === undefined ? [] : ([`score${score}`] as const)),
      ];
    case 'unjudgeable':
    case 'shed':
    case 'dlq':
      return [state];
    case 'leased':
    case 'waiting':
      return [];
  }
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
      if (!isDistribution(name)) increase(slices, slice, name, bucket, value);
      if (slice.startsWith('c:')) increase(slices, '*', name, bucket, value);
    }
  }
  return slices;
}

function increase(
  slices: Map<Slice, FreshColumns>,
  slice: Slice,
  name: string,
  bucket: number,
  by: number,
): void {
  let columns = slices.get(slice);
  if (columns === undefined) {
    columns = new Map();
    slices.set(slice, columns);
  }
  let column = columns.get(name);
  if (column === undefined) {
    column = new Map();
    columns.set(name, column);
  }
  column.set(bucket, (column.get(bucket) ?? 0) + by);
}
