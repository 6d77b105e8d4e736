import { getAll } from '#adapters/dynamodb/batch-calls.ts';
import { unpackJson } from '#adapters/dynamodb/packed-json.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { pipelineSurface, rollupPartition, rollupSortKey } from '#core/series/keys.ts';
import { isNote, NoteTally, type RecordNotes } from '#core/series/record-notes.ts';
import { type FreshColumns, type PackedDay, SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { summariseCounts } from '#core/series/summarise-hour.ts';
import { endStateOf } from '#core/series/verdict-sums.ts';
import { day, hour, hourStart } from '#core/time.ts';
import { findHoursOfEnds, type HourOfEnds } from '#local/report/read-end-reasons.ts';
import type { Target } from '../target/target.ts';

/** Records of a span of time, by the records' own time. */
export interface RecordCounts {
  /** Whatever came: responses, feedback, failures of a gateway, and what could not be read. */
  readonly received: number;
  readonly rejected: number;
  readonly sampled: number;
  readonly notes: RecordNotes;
  /** Hours in which judgements ended without a verdict. */
  readonly hoursOfEnds: readonly HourOfEnds[];
}

/** DynamoDB reads under way at once. */
const width = 8;

type Counting = Pick<Target, 'catalogue' | 'control' | 'dynamo' | 'store' | 'tables'>;

/**
 * Counts the records of the last day: from the days as the evaluator keeps them, and from the counters themselves of
 * hours that it has not taken up since a record came. So the first record counts at once, and a late one too.
 */
export async function countRecords(target: Counting, now: number): Promise<RecordCounts> {
  const from = now - day;
  const surfaces = [...target.catalogue.surfaces.map(({ surface }) => surface), pipelineSurface];
  const seriesSet = new SeriesSet();
  const keys = surfaces.flatMap((surface) =>
    [from, now].map((at) => ({ pk: rollupPartition(surface), sk: rollupSortKey(at, '*') })),
  );
  for (const { pk, sk, columns } of await getAll(target.dynamo, target.tables.series, keys)) {
    const packed = Object.entries(unpackJson<PackedDay>(columns)).filter(
      ([name]) => kindOf(name) !== undefined || isNote(name) || endStateOf(name) !== undefined,
    );
    const surface = String(pk).slice(rollupPartition('').length);
    seriesSet.unpackDay(surface, '*', String(sk).slice(0, 10), Object.fromEntries(packed));
  }
  await inParallel(target.control.marks, width, async ({ dirty }) => {
    if (dirty.of !== 'counts' || hourStart(dirty.hour) + hour <= from) return;
    const counts = summariseCounts(dirty.hour, await target.store.readCounts(dirty.surface, dirty.hour));
    const fresh: FreshColumns = counts.get('*') ?? new Map();
    seriesSet.replaceHour(dirty.surface, 'counts', dirty.hour, new Map([['*', fresh]]));
  });
  const sums = { received: 0, rejected: 0, sampled: 0 };
  const tally = new NoteTally();
  for (const surface of surfaces)
    for (const [name, column] of seriesSet.slices(surface).get('*') ?? []) {
      const kind = kindOf(name);
      if (kind === undefined && !isNote(name)) continue;
      const sum = sumColumn(column, from, Number.POSITIVE_INFINITY);
      if (sum > 0) tally.add(name, sum);
      if (kind === undefined) continue;
      if (kind !== 'received') sums[kind] += sum;
      if (kind !== 'sampled') sums.received += sum;
    }
  const hoursOfEnds = [
    ...findHoursOfEnds(seriesSet, surfaces, from).filter((each) => !isMarked(each, target)),
    ...target.control.marks.flatMap(({ dirty }) =>
      dirty.of === 'verdicts' && hourStart(dirty.hour) + hour > from ? [{ ...dirty, count: undefined }] : [],
    ),
  ];
  return { ...sums, notes: tally.notes, hoursOfEnds };
}

/** What is not added up yet is read as it lies there. */
function isMarked({ surface, rubric, hour: of }: HourOfEnds, { control }: Counting): boolean {
  return control.marks.some(
    ({ dirty }) =>
      dirty.of === 'verdicts' &&
      dirty.surface === surface &&
      dirty.hour === of &&
      dirty.rubric.id === rubric.id &&
      dirty.rubric.version === rubric.version,
  );
}

function kindOf(column: string): Exclude<keyof RecordCounts, 'notes' | 'hoursOfEnds'> | undefined {
  if (column === 'n' || column === 'feedback' || column === 'gatewayFailures') return 'received';
  if (column === 'sampled') return 'sampled';
  return column.startsWith('rejected:') ? 'rejected' : undefined;
}
