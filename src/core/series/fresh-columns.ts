import type { Slice } from './keys.ts';
import type { FreshColumns } from './series-set.ts';

/** Adds to a bucket of a column that is being summed up. What comes to nothing is left out. */
export function addTo(
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
  const value = (column.get(bucket) ?? 0) + by;
  if (value === 0) column.delete(bucket);
  else column.set(bucket, value);
}
