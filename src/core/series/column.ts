import { bucketOfDay, bucketsPerDay, bucketWidth, day, floorTo } from '../time.ts';

/** What can be read of a column. */
export type ReadonlyColumn = Pick<ReadonlyMap<number, number>, 'get' | 'keys' | 'size'> &
  Iterable<[number, number]>;

/** A day's values by bucket of the day; a plain number stands for one value at the day's start. */
type DayValues = number | DayArray;
type DayArray = Uint8Array | Uint16Array | Float64Array;

/**
 * Values by 5-minute bucket, absent ones 0, under the instants at which the buckets start (epoch milliseconds). Kept
 * by the day in flat arrays, of one or two bytes a value while all are small whole numbers: a stage of a thousand series over
 * two months fits into a function's memory so, and as a map of numbers it does not.
 */
export class Column implements ReadonlyColumn {
  readonly #days = new Map<number, DayValues>();

  /** How many buckets hold a value other than 0. */
  get size(): number {
    let size = 0;
    for (const _ of this.keys()) size += 1;
    return size;
  }

  get isEmpty(): boolean {
    return this.keys().next().done === true;
  }

  get(bucket: number): number | undefined {
    const values = this.#days.get(floorTo(bucket, day));
    if (values === undefined) return undefined;
    const index = bucketOfDay(bucket);
    const value = typeof values === 'number' ? (index === 0 ? values : 0) : values[index];
    return value === 0 ? undefined : value;
  }

  set(bucket: number, value: number): void {
    const start = floorTo(bucket, day);
    const index = bucketOfDay(bucket);
    const values = this.#days.get(start);
    if (index === 0 && (values === undefined || typeof values === 'number')) {
      if (value === 0) this.#days.delete(start);
      else this.#days.set(start, value);
      return;
    }
    if (values === undefined && value === 0) return;
    const room = roomFor(values, value);
    room[index] = value;
    if (room !== values) this.#days.set(start, room);
  }

  add(bucket: number, value: number): void {
    this.set(bucket, (this.get(bucket) ?? 0) + value);
  }

  /** @returns whether there was a value */
  delete(bucket: number): boolean {
    if (this.get(bucket) === undefined) return false;
    this.set(bucket, 0);
    return true;
  }

  /** Sums up each day before an instant, at the day's start. */
  foldBefore(at: number): void {
    for (const [start, values] of this.#days) {
      if (start + day > at || typeof values === 'number') continue;
      let sum = 0;
      for (const value of values) sum += value;
      if (sum === 0) this.#days.delete(start);
      else this.#days.set(start, sum);
    }
  }

  /** Forgets the buckets that start before an instant. */
  forgetBefore(at: number): void {
    for (const [start, values] of this.#days) {
      if (start >= at) continue;
      if (typeof values === 'number' || start + day <= at) this.#days.delete(start);
      else values.fill(0, 0, Math.ceil((at - start) / bucketWidth));
    }
  }

  /** Sum of the buckets that start in [from, to). */
  sum(from: number, to: number): number {
    let sum = 0;
    for (const [start, values] of this.#days) {
      if (start + day <= from || start >= to) continue;
      if (typeof values === 'number') {
        if (start >= from) sum += values;
        continue;
      }
      const first = Math.max(0, Math.ceil((from - start) / bucketWidth));
      const end = Math.min(bucketsPerDay, Math.ceil((to - start) / bucketWidth));
      for (let index = first; index < end; index += 1) sum += values[index] ?? 0;
    }
    return sum;
  }

  *keys(): MapIterator<number> {
    for (const [bucket] of this) yield bucket;
  }

  *values(): MapIterator<number> {
    for (const [, value] of this) yield value;
  }

  /** Buckets and values other than 0. */
  *[Symbol.iterator](): MapIterator<[number, number]> {
    for (const [start, values] of this.#days) {
      if (typeof values === 'number') {
        yield [start, values];
        continue;
      }
      for (const [index, value] of values.entries())
        if (value !== 0) yield [start + index * bucketWidth, value];
    }
  }
}

/** Room for a day that can hold the value, with what the day held before. */
function roomFor(values: DayValues | undefined, value: number): DayArray {
  if (typeof values === 'object') {
    const wanted = Math.max(values.BYTES_PER_ELEMENT, bytesFor(value));
    return wanted === values.BYTES_PER_ELEMENT ? values : widened(values, wanted);
  }
  const first = values ?? 0;
  const room = widened(bucketsPerDay, Math.max(bytesFor(first), bytesFor(value)));
  room[0] = first;
  return room;
}

function bytesFor(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 65_535) return Float64Array.BYTES_PER_ELEMENT;
  return value > 255 ? Uint16Array.BYTES_PER_ELEMENT : Uint8Array.BYTES_PER_ELEMENT;
}

function widened(from: DayArray | number, bytes: number): DayArray {
  const make = bytes === 1 ? Uint8Array : bytes === 2 ? Uint16Array : Float64Array;
  return typeof from === 'number' ? new make(from) : make.from(from);
}
