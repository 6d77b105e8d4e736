import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { recomputeHour } from '#adapters/dynamodb/recompute-hour.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Slice } from '#core/series/keys.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { freezeAfter, hour, hourStart } from '#core/time.ts';
import type { Target } from './target.ts';

/** DynamoDB reads under way at once. */
const width = 8;

export interface SeriesQuery {
  readonly surfaces: readonly string[];
  /** Epoch milliseconds; whole days are read. */
  readonly from: number;
  readonly to: number;
  readonly slices: (slice: Slice) => boolean;
}

/** The series as the evaluator sees them: the stored days, and the hours that are still open from their source. */
export async function loadSeriesSet(
  { catalogue, store, control, dynamo, tables }: Target,
  { surfaces, from, to, slices }: SeriesQuery,
): Promise<SeriesSet> {
  const seriesSet = new SeriesSet();
  await inParallel(surfaces, width, async (surface) => {
    for (const { day: key, slice, packed } of await store.readDays(surface, from, to))
      if (slices(slice)) seriesSet.unpackDay(surface, slice, key, packed);
  });
  const judgements = createJudgementStore(dynamo, tables.judgements, catalogue.retention);
  const open = control.marks.filter(
    ({ dirty }) =>
      surfaces.includes(dirty.surface) &&
      hourStart(dirty.hour) <= to &&
      hourStart(dirty.hour) + hour + freezeAfter > to,
  );
  await inParallel(open, width, ({ dirty }) => recomputeHour({ store, judgements }, seriesSet, dirty));
  return seriesSet;
}
