import { bucketsPerDay, bucketWidth, day, floorTo } from '../time.ts';

/** What can be read of a column. */
export type ReadonlyColumn = Pick<ReadonlyMap<number, number>, 'get' | 'keys' | 'size'> &
  Iterable<[number, number]>;

/** A day's values: by bucket, by hour (each under the hour's start), or all in one under the day's start. */
type DayValues = number | DayArray;
type DayArray = Uint8Array | Uint16Array | Float64Array;

const hoursPerDay = 24;

/** What a map's entry, an array and its head take beside the values. */
const overheadBytes = 160;

/**
 * Values by 5-minute bucket, absent ones 0, under the instants at which the buckets start (epoch milliseconds). Kept
 * by the day in flat arrays, of one or two bytes a value while all are small whole numbers. Older days are folded: an
 * hour's buckets become one value at the hour's start, a day's one at the day's.
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

  /** About how much memory it takes, bytes. */
  get bytes(): number {
    let bytes = overheadBytes;
    for (const values of this.#days.values())
      bytes += typeof values === 'number' ? 32 : overheadBytes + values.byteLength;
    return bytes;
  }

  get(bucket: number): number | undefined {
    const start = floorTo(bucket, day);
    const values = this.#days.get(start);
    if (values === undefined) return undefined;
    const place = placeOf(bucket - start, values);
    const value = place === undefined ? 0 : typeof values === 'number' ? values : values[place];
    return value === 0 ? undefined : value;
  }

  set(bucket: number, value: number): void {
    const start = floorTo(bucket, day);
    const values = this.#days.get(start);
    if (bucket === start && (values === undefined || typeof values === 'number')) {
      if (value === 0) this.#days.delete(start);
      else this.#days.set(start, value);
      return;
    }
    if (values === undefined && value === 0) return;
    const room = roomFor(values, bucket - start, value);
    room[placeOf(bucket - start, room) ?? 0] = value;
    if (room !== values) this.#days.set(start, room);
  }

  add(bucket: number, value: number): void {
    this.set(bucket, (this.get(bucket) ?? 0) + value);
  }

  /** Takes away the buckets that start in [from, to), of one UTC day. @returns whether there was a value */
  clear(from: number, to: number): boolean {
    const start = floorTo(from, day);
    const values = this.#days.get(start);
    if (values === undefined) return false;
    if (typeof values === 'number') return from === start && this.#days.delete(start);
    const first = Math.ceil((from - start) / widthOf(values));
    const cleared = values.subarray(first, Math.ceil((to - start) / widthOf(values)));
    const held = cleared.some((value) => value !== 0);
    cleared.fill(0);
    return held;
  }

  /** Values other than 0 of the UTC day that starts at an instant, by the place of their bucket in it. */
  ofDay(start: number): [number, number][] {
    const values = this.#days.get(start);
    if (values === undefined) return [];
    if (typeof values === 'number') return [[0, values]];
    const pairs: [number, number][] = [];
    const step = bucketsPerDay / values.length;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      if (value !== 0) pairs.push([index * step, value]);
    }
    return pairs;
  }

  /** Sums up each day that ends before an instant, by the hour or as a whole. What is coarser already stays. */
  foldBefore(at: number, unit: 'hour' | 'day'): void {
    for (const [start, values] of this.#days) {
      if (start + day > at || typeof values === 'number') continue;
      const length = unit === 'day' ? 1 : hoursPerDay;
      if (values.length <= length) continue;
      const folded = fold(values, length);
      if (folded.every((value) => value === 0)) this.#days.delete(start);
      else if (unit === 'day') this.#days.set(start, folded[0] ?? 0);
      else this.#days.set(start, narrowed(folded));
    }
  }

  /** Forgets the buckets that start before an instant. */
  forgetBefore(at: number): void {
    for (const [start, values] of this.#days) {
      if (start >= at) continue;
      if (typeof values === 'number' || start + day <= at) this.#days.delete(start);
      else values.fill(0, 0, Math.ceil((at - start) / widthOf(values)));
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
      const width = widthOf(values);
      const first = Math.max(0, Math.ceil((from - start) / width));
      const end = Math.min(values.length, Math.ceil((to - start) / width));
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
      const width = widthOf(values);
      for (const [index, value] of values.entries()) if (value !== 0) yield [start + index * width, value];
    }
  }
}

/** Milliseconds that one value of an array stands for. */
function widthOf(values: DayArray): number {
  return day / values.length;
}

/** Index of the value that an offset into the day is the start of; undefined where it lies within a folded one. */
function placeOf(offset: number, values: DayValues): number | undefined {
  if (typeof values === 'number') return offset < bucketWidth ? 0 : undefined;
  const width = widthOf(values);
  const place = Math.floor(offset / width);
  return offset - place * width < bucketWidth ? place : undefined;
}

function fold(values: DayArray, length: number): Float64Array {
  const folded = new Float64Array(length);
  const each = values.length / length;
  for (let index = 0; index < values.length; index += 1) {
    const into = Math.floor(index / each);
    folded[into] = (folded[into] ?? 0) + (values[index] ?? 0);
  }
  return folded;
}

/** Room for a day that can hold the value at its offset, with what the day held before. */
function roomFor(values: DayValues | undefined, offset: number, value: number): DayArray {
  const before = values === undefined || typeof values === 'number' ? Float64Array.of(values ?? 0) : values;
  const length =
    values !== undefined && before.length > 1 && placeOf(offset, before) !== undefined
      ? before.length
      : bucketsPerDay;
  const bytes = Math.max(
    typeof values === 'object' ? values.BYTES_PER_ELEMENT : bytesOfAll(before),
    bytesFor(value),
  );
  if (typeof values === 'object' && values.length === length && values.BYTES_PER_ELEMENT === bytes)
    return values;
  const room = arrayOf(length, bytes);
  const each = length / before.length;
  for (let index = 0; index < before.length; index += 1) room[index * each] = before[index] ?? 0;
  return room;
}

/** The same values in as few bytes as they take. */
function narrowed(values: Float64Array): DayArray {
  const narrow = arrayOf(values.length, bytesOfAll(values));
  narrow.set(values);
  return narrow;
}

function bytesOfAll(values: DayArray): number {
  let bytes = 1;
  for (const value of values) bytes = Math.max(bytes, bytesFor(value));
  return bytes;
}

function bytesFor(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 65_535) return Float64Array.BYTES_PER_ELEMENT;
  return value > 255 ? Uint16Array.BYTES_PER_ELEMENT : Uint8Array.BYTES_PER_ELEMENT;
}

function arrayOf(length: number, bytes: number): DayArray {
  if (bytes === 1) return new Uint8Array(length);
  return bytes === 2 ? new Uint16Array(length) : new Float64Array(length);
}
