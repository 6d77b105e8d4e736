import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { DirtyHour, Slice } from '#core/series/keys.ts';
import { foldDay, foldHour, withHours } from '#core/series/replace-hours.ts';
import { type FreshColumns, type SeriesSet, verdictSource } from '#core/series/series-set.ts';
import { day, floorTo, hourStart } from '#core/time.ts';

/** A frozen hour of a rubric version in which responses were rescored, with all that is judged of it. */
export type RescoredHour = Extract<DirtyHour, { of: 'verdicts' }> & {
  readonly columns: ReadonlyMap<Slice, FreshColumns>;
};

/** DynamoDB reads and writes under way at once. */
const concurrency = 16;

/**
 * Takes hours of a version's own past in, however long they have been frozen: what the version itself said of them is replaced, and
 * all else of their days stays as it is stored. It can be done again at will.
 *
 * @param boundary days before it are stored folded as well
 * @throws the SDK's error
 */
export async function takeRescored(
  store: SeriesStore,
  seriesSet: SeriesSet,
  hours: readonly RescoredHour[],
  boundary: number,
): Promise<void> {
  const days = Map.groupBy(hours, ({ hour, rubric }) =>
    JSON.stringify([floorTo(hourStart(hour), day), verdictSource(rubric)]),
  );
  // One after the other: several versions share a day's items.
  for (const own of days.values()) await takeDay(store, seriesSet, own, boundary);
}

async function takeDay(
  store: SeriesStore,
  seriesSet: SeriesSet,
  hours: readonly RescoredHour[],
  boundary: number,
): Promise<void> {
  const [first] = hours;
  if (first === undefined) return;
  const { surface } = first;
  const source = verdictSource(first.rubric);
  const at = floorTo(hourStart(first.hour), day);
  const isOld = at < boundary;
  const touched = new Set<Slice>();
  for (const { hour, columns } of hours) {
    const held = isOld ? new Map([...columns].map(([slice, each]) => [slice, foldHour(each)])) : columns;
    for (const slice of seriesSet.replaceHour(surface, source, hour, held)) touched.add(slice);
  }
  // Younger days are stored whole, with their marks.
  if (!isOld) return;
  await inParallel([...touched], concurrency, async (slice) => {
    const fresh = new Map(hours.map(({ hour, columns }) => [hourStart(hour), columns.get(slice)]));
    const before = (await store.readDay(surface, at, slice)) ?? {};
    const folded = (await store.readFoldedDay(surface, at, slice)) ?? foldDay(before);
    await store.writeDay(surface, at, slice, withHours(before, source, fresh));
    const foldedHours = new Map([...fresh].map(([start, each]) => [start, each && foldHour(each)]));
    const packed = withHours(folded, source, foldedHours);
    await store.writeFolded(surface, [{ at, slice, packed }], undefined);
  });
}
