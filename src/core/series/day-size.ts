import { bucketsPerDay, bucketsPerHour } from '../time.ts';
import { foldPairs, isDistribution, type PackedDay } from './series-set.ts';

/** DynamoDB takes 400 KB an item; the rest of it is the key and the names of attributes. */
export const mostPackedBytes = 390_000;

/** Ways to make a day smaller, each coarser than the one before: what windows look at comes last. */
const coarser: readonly ((day: PackedDay) => PackedDay)[] = [
  (day) => day,
  (day) => foldWhere(day, isDistribution, bucketsPerHour),
  (day) => foldWhere(day, isDistribution, bucketsPerDay),
  (day) =>
    foldWhere(foldWhere(day, isDistribution, bucketsPerDay), (name) => !isDistribution(name), bucketsPerHour),
];

/**
 * A day that fits into an item, packed: as it is, or as coarse as it must be. Its counts keep their sums.
 *
 * @param pack how it is packed
 * @param most bytes
 * @throws RangeError where even the coarsest does not fit
 */
export function packWithin(
  day: PackedDay,
  pack: (day: PackedDay) => Uint8Array,
  most = mostPackedBytes,
): { packed: Uint8Array; coarseness: number } {
  for (const [coarseness, make] of coarser.entries()) {
    const packed = pack(make(day));
    if (packed.length <= most) return { packed, coarseness };
  }
  throw new RangeError(
    `a day of ${Object.keys(day).length} columns does not fit into ${most} bytes even by the hour: bound the names that senders choose`,
  );
}

function foldWhere(day: PackedDay, wanted: (name: string) => boolean, each: number): PackedDay {
  return Object.fromEntries(
    Object.entries(day).map(([name, pairs]) => [name, wanted(name) ? [...foldPairs(pairs, each)] : pairs]),
  );
}
