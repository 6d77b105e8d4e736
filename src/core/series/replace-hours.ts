import { bucketOfDay, bucketsPerDay, bucketsPerHour, floorTo, hour } from '../time.ts';
import {
  type FreshColumns,
  foldPairs,
  isDistribution,
  type PackedDay,
  type Source,
  sourceOf,
} from './series-set.ts';

/** A stored day, folded as {@link SeriesSet.foldBefore} folds. */
export function foldDay(packed: PackedDay): PackedDay {
  return Object.fromEntries(
    Object.entries(packed).map(([name, pairs]) => [
      name,
      [...foldPairs(pairs, isDistribution(name) ? bucketsPerDay : bucketsPerHour)],
    ]),
  );
}

/** Columns of an hour of verdicts, each summed up under the hour's start. */
export function foldHour(columns: FreshColumns): FreshColumns {
  return new Map(
    [...columns].map(([name, values]) => {
      const folded = new Map<number, number>();
      for (const [at, value] of values) {
        const start = floorTo(at, hour);
        folded.set(start, (folded.get(start) ?? 0) + value);
      }
      return [name, folded];
    }),
  );
}

/**
 * A stored day in which hours of a source are replaced; every other column is as it was.
 *
 * @param hours starts of the hours, epoch milliseconds of this day, and their columns
 */
export function withHours(
  packed: PackedDay,
  source: Source,
  hours: ReadonlyMap<number, FreshColumns | undefined>,
): PackedDay {
  const replaced = new Set([...hours.keys()].map((start) => bucketOfDay(start) / bucketsPerHour));
  const isKept = ([bucket]: readonly [number, number]) => !replaced.has(Math.floor(bucket / bucketsPerHour));
  const columns = new Map<string, readonly (readonly [number, number])[]>(Object.entries(packed));
  for (const [name, pairs] of columns) if (sourceOf(name) === source) columns.set(name, pairs.filter(isKept));
  for (const fresh of hours.values())
    for (const [name, values] of fresh ?? []) {
      const pairs = [...values].map(([at, value]) => [bucketOfDay(at), value] as const);
      columns.set(
        name,
        [...(columns.get(name) ?? []), ...pairs].sort(([a], [b]) => a - b),
      );
    }
  return Object.fromEntries([...columns].filter(([, pairs]) => pairs.length > 0));
}
