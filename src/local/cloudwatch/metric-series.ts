import * as z from 'zod';
import { findPercentile, ValueCounts } from './value-counts.ts';

/** Sum, count, least and greatest of the samples in a stretch of time. */
export interface Aggregate {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** What one datum adds to a minute; without `values` the minute's percentiles become unknown. */
export interface Contribution extends Aggregate {
  readonly values: readonly (readonly [value: number, count: number])[] | undefined;
}

const FIRST_CAPACITY = 32;

/** A series as JSON: columns as base64 of little-endian numbers, and the value counts by minute. */
export const seriesColumns = z.object({
  minutes: z.string(),
  sums: z.string(),
  counts: z.string().optional(),
  mins: z.string().optional(),
  maxs: z.string().optional(),
  values: z.array(z.tuple([z.number(), z.array(z.tuple([z.number(), z.number()]))])),
});
export type SeriesColumns = z.infer<typeof seriesColumns>;

interface WideColumns {
  counts: Float64Array;
  mins: Float64Array;
  maxs: Float64Array;
}

/**
 * One metric's points by minute, in sorted columns: 12 bytes for a minute of one sample, 36 once any minute of the
 * series had more. Times are whole minutes since the epoch.
 */
export class MetricSeries {
  private minutes = new Int32Array(FIRST_CAPACITY);
  private sums = new Float64Array(FIRST_CAPACITY);
  private wide: WideColumns | undefined;
  private readonly values = new Map<number, ValueCounts>();
  length = 0;
  /** Distinct values held for percentiles, over all minutes. */
  heldValues = 0;

  add(minute: number, added: Contribution): void {
    if (added.count !== 1 || added.min !== added.max) this.wide ??= this.widen();
    const index = this.findIndex(minute);
    const known = index < this.length && this.minutes[index] === minute;
    if (known) this.wide ??= this.widen();
    this.countValues(minute, added, known ? this.read(index) : undefined);
    if (known) {
      this.write(index, minute, merge(this.read(index), added));
      return;
    }
    if (this.length === this.minutes.length) this.makeRoom();
    this.shiftFrom(index);
    this.length += 1;
    this.write(index, minute, added);
  }

  /** The samples of minutes `from` (inclusive) to `to` (exclusive), or `undefined` when there are none. */
  aggregate(from: number, to: number): Aggregate | undefined {
    let total: Aggregate | undefined;
    for (let index = this.findIndex(from); index < this.length && this.minuteAt(index) < to; index += 1) {
      const point = this.read(index);
      total = total === undefined ? point : merge(total, point);
    }
    return total;
  }

  /** A percentile (0 to 100) of the samples of a stretch; `undefined` when any minute's values are unknown. */
  percentile(from: number, to: number, percentile: number): number | undefined {
    const counts = new Map<number, number>();
    for (let index = this.findIndex(from); index < this.length && this.minuteAt(index) < to; index += 1) {
      const held = this.valuesAt(index);
      if (held === undefined) return undefined;
      for (const [value, count] of held) counts.set(value, (counts.get(value) ?? 0) + count);
    }
    return findPercentile(counts, percentile);
  }

  has(from: number, to: number): boolean {
    const index = this.findIndex(from);
    return index < this.length && this.minuteAt(index) < to;
  }

  /** Drops a minute's value counts: its percentiles are unknown from then on. */
  forgetValues(minute: number): void {
    const held = this.values.get(minute);
    if (held === undefined) return;
    this.heldValues -= held.size;
    this.values.delete(minute);
  }

  hasValues(minute: number): boolean {
    return this.values.has(minute);
  }

  toColumns(): SeriesColumns {
    const pack = (column: Float64Array | Int32Array): string => {
      const used = column.subarray(0, this.length);
      return Buffer.from(used.buffer, used.byteOffset, used.byteLength).toString('base64');
    };
    const values = [...this.values].flatMap(([minute, held]): SeriesColumns['values'] =>
      held.counts === undefined ? [] : [[minute, [...held.counts]]],
    );
    const narrow = { minutes: pack(this.minutes), sums: pack(this.sums), values };
    if (this.wide === undefined) return narrow;
    const { counts, mins, maxs } = this.wide;
    return { ...narrow, counts: pack(counts), mins: pack(mins), maxs: pack(maxs) };
  }

  static fromColumns(columns: SeriesColumns): MetricSeries {
    const series = new MetricSeries();
    const minuteBytes = unpack(columns.minutes);
    series.minutes = new Int32Array(minuteBytes);
    series.length = series.minutes.length;
    series.sums = new Float64Array(unpack(columns.sums));
    if (columns.counts !== undefined && columns.mins !== undefined && columns.maxs !== undefined) {
      series.wide = {
        counts: new Float64Array(unpack(columns.counts)),
        mins: new Float64Array(unpack(columns.mins)),
        maxs: new Float64Array(unpack(columns.maxs)),
      };
    }
    for (const [minute, pairs] of columns.values) {
      const held = new ValueCounts();
      for (const [value, count] of pairs) held.add(value, count);
      series.values.set(minute, held);
      series.heldValues += held.size;
    }
    return series;
  }

  private countValues(minute: number, added: Contribution, before: Aggregate | undefined): void {
    if (before === undefined && added.count === 1) return;
    let held = this.values.get(minute);
    const sizeBefore = held?.size ?? 0;
    if (held === undefined) {
      if (before !== undefined && before.count !== 1) return;
      held = new ValueCounts();
      if (before !== undefined) held.add(before.sum, 1);
      this.values.set(minute, held);
    }
    const values = added.values ?? (added.count === 1 ? [[added.sum, 1] as const] : undefined);
    if (values === undefined) held.giveUp();
    else for (const [value, count] of values) held.add(value, count);
    this.heldValues += held.size - sizeBefore;
  }

  private valuesAt(index: number): Iterable<readonly [number, number]> | undefined {
    const point = this.read(index);
    if (point.min === point.max) return [[point.min, point.count]];
    return this.values.get(this.minuteAt(index))?.counts;
  }

  /** The first index whose minute is at or after `minute`; the end is looked at first, for points come in order. */
  private findIndex(minute: number): number {
    if (this.length === 0 || this.minuteAt(this.length - 1) < minute) return this.length;
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.minuteAt(middle) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private minuteAt(index: number): number {
    return this.minutes[index] ?? 0;
  }

  private read(index: number): Aggregate {
    const sum = this.sums[index] ?? 0;
    if (this.wide === undefined) return { sum, count: 1, min: sum, max: sum };
    const { counts, mins, maxs } = this.wide;
    return { sum, count: counts[index] ?? 0, min: mins[index] ?? 0, max: maxs[index] ?? 0 };
  }

  private write(index: number, minute: number, point: Aggregate): void {
    this.minutes[index] = minute;
    this.sums[index] = point.sum;
    if (this.wide === undefined) return;
    this.wide.counts[index] = point.count;
    this.wide.mins[index] = point.min;
    this.wide.maxs[index] = point.max;
  }

  private shiftFrom(index: number): void {
    if (index === this.length) return;
    for (const column of this.columns()) column.copyWithin(index + 1, index, this.length);
  }

  private columns(): (Int32Array | Float64Array)[] {
    const { minutes, sums, wide } = this;
    return wide === undefined ? [minutes, sums] : [minutes, sums, wide.counts, wide.mins, wide.maxs];
  }

  private widen(): WideColumns {
    const counts = new Float64Array(this.sums.length).fill(1);
    return { counts, mins: this.sums.slice(), maxs: this.sums.slice() };
  }

  private makeRoom(): void {
    // Room for a quarter more, so that a long series neither copies often nor carries half its size in slack.
    const capacity = Math.ceil(this.length * 1.25) + FIRST_CAPACITY;
    const grow = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    const minutes = new Int32Array(capacity);
    minutes.set(this.minutes);
    this.minutes = minutes;
    this.sums = grow(this.sums);
    if (this.wide === undefined) return;
    const { counts, mins, maxs } = this.wide;
    this.wide = { counts: grow(counts), mins: grow(mins), maxs: grow(maxs) };
  }
}

function merge(a: Aggregate, b: Aggregate): Aggregate {
  return {
    sum: a.sum + b.sum,
    count: a.count + b.count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

/** Copies out of Buffer's pool, whose offsets need not be aligned. */
function unpack(base64: string): ArrayBuffer {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
