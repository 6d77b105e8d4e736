import {
  bucketsPerDay,
  bucketsPerHour,
  bucketWidth,
  day,
  dayStart,
  floorTo,
  hour,
  hourStart,
} from '../time.ts';
import { Column, type ReadonlyColumn } from './column.ts';
import type { Slice } from './keys.ts';

/** Columns of one slice by name. */
export type Columns = Map<string, Column>;

/** Columns as they are summed up from their source, before they go into a {@link SeriesSet}. */
export type FreshColumns = Map<string, Map<number, number>>;

/** A day of one slice as it is stored: per column, pairs of bucket of the day and value. */
export type PackedDay = Readonly<Record<string, readonly (readonly [number, number])[]>>;

/** Where the columns of an hour come from: the counters, or the verdicts of one rubric version. A source owns its column names. */
export type Source = 'counts' | `v:${string}`;

/** How a stored day is taken back in. */
export interface DayReading {
  /** Days that end by then are folded, see {@link SeriesSet.foldBefore}. */
  readonly foldedBefore?: number;
  /** Which distributions are wanted. */
  readonly wants?: (columnName: string) => boolean;
}

/** A surface's changed hours in order, and how many older ones were let go. */
interface Changes {
  forgotten: number;
  hours: number[];
}

/** Readers look at every tick, and a tick changes some ten hours of a surface. */
const changesKept = 1_000;

/**
 * Everything the SLOs are made of: for each surface and slice, columns of exact counts. Hours are recomputed from
 * their source and replaced whole, so a recomputation can be repeated at will.
 */
export class SeriesSet {
  readonly #surfaces = new Map<string, Map<Slice, Columns>>();
  readonly #changes = new Map<string, Changes>();

  /** How many changes a surface has seen: a reader's place. */
  version(surface: string): number {
    const { forgotten, hours } = this.#changesOf(surface);
    return forgotten + hours.length;
  }

  /**
   * Starts of the hours of a surface that changed since a place; undefined where that is too long ago to know, so that
   * everything has to be read again.
   */
  changedSince(surface: string, version: number): ReadonlySet<number> | undefined {
    const { forgotten, hours } = this.#changesOf(surface);
    return version < forgotten ? undefined : new Set(hours.slice(version - forgotten));
  }

  slices(surface: string): ReadonlyMap<Slice, Columns> {
    return this.#surfaces.get(surface) ?? new Map();
  }

  column(surface: string, slice: Slice, name: string): Column {
    return this.#surfaces.get(surface)?.get(slice)?.get(name) ?? new Column();
  }

  /**
   * Replaces an hour of a source.
   *
   * @returns the slices whose columns were touched
   */
  replaceHour(
    surface: string,
    source: Source,
    hourKey: string,
    fresh: ReadonlyMap<Slice, FreshColumns>,
  ): Set<Slice> {
    const start = hourStart(hourKey);
    const slices = this.#slicesOf(surface);
    this.#noteChange(surface, start);
    const touched = new Set<Slice>(fresh.keys());
    for (const [slice, columns] of slices) {
      for (const [name, column] of columns) {
        if (sourceOf(name) !== source) continue;
        if (column.clear(start, start + hour)) touched.add(slice);
      }
    }
    for (const [slice, columns] of fresh) {
      for (const [name, values] of columns) {
        for (const [bucket, value] of values) this.#set(slices, slice, name, bucket, value);
      }
    }
    return touched;
  }

  /** Sets one bucket of a column. */
  setValue(surface: string, slice: Slice, name: string, bucket: number, value: number): void {
    this.#set(this.#slicesOf(surface), slice, name, bucket, value);
  }

  /** A day of a slice in the form that is stored. */
  packDay(surface: string, slice: Slice, at: number): PackedDay {
    const start = floorTo(at, day);
    const packed: Record<string, [number, number][]> = {};
    for (const [name, column] of this.slices(surface).get(slice) ?? []) {
      const pairs = column.ofDay(start);
      if (pairs.length > 0) packed[name] = pairs;
    }
    return packed;
  }

  /** Takes a stored day back in, folded as far as it is old. Distributions are of the whole only, and of those that are wanted. */
  unpackDay(surface: string, slice: Slice, key: string, packed: PackedDay, reading: DayReading = {}): void {
    const { foldedBefore = Number.NEGATIVE_INFINITY, wants = () => true } = reading;
    const start = dayStart(key);
    const isOld = start + day <= foldedBefore;
    const slices = this.#slicesOf(surface);
    for (const [name, pairs] of Object.entries(packed)) {
      if (isDistribution(name) ? slice !== '*' || !wants(name) : false) continue;
      if (!isOld) {
        for (const [index, value] of pairs)
          this.#set(slices, slice, name, start + index * bucketWidth, value);
        continue;
      }
      for (const [at, value] of foldPairs(pairs, isDistribution(name) ? bucketsPerDay : bucketsPerHour))
        this.#set(slices, slice, name, start + at * bucketWidth, value);
    }
  }

  /**
   * Folds the days that end before an instant: counts by the hour, for windows look back on them; histograms, sums and
   * their counts by the day, for baselines alone do.
   */
  foldBefore(at: number): void {
    for (const slices of this.#surfaces.values())
      for (const columns of slices.values())
        for (const [name, column] of columns) column.foldBefore(at, isDistribution(name) ? 'day' : 'hour');
  }

  /** About how much memory a surface takes, bytes. */
  bytesOf(surface: string): number {
    let bytes = 0;
    for (const columns of this.slices(surface).values())
      for (const column of columns.values()) bytes += column.bytes;
    return bytes;
  }

  /** Forgets a surface; whoever read it has to read it again. */
  drop(surface: string): void {
    this.#surfaces.delete(surface);
    const changes = this.#changesOf(surface);
    changes.forgotten += changes.hours.length + 1;
    changes.hours = [];
  }

  /** Forgets what lies before an instant: one of the whole, and one of its cohorts and releases. */
  forgetBefore({ whole, parts }: { readonly whole: number; readonly parts: number }): void {
    for (const slices of this.#surfaces.values()) {
      for (const [slice, columns] of slices) {
        for (const [name, column] of columns) {
          column.forgetBefore(slice === '*' ? whole : parts);
          if (column.isEmpty) columns.delete(name);
        }
        if (columns.size === 0) slices.delete(slice);
      }
    }
  }

  #changesOf(surface: string): Changes {
    let changes = this.#changes.get(surface);
    if (changes === undefined) {
      changes = { forgotten: 0, hours: [] };
      this.#changes.set(surface, changes);
    }
    return changes;
  }

  #noteChange(surface: string, start: number): void {
    const changes = this.#changesOf(surface);
    changes.hours.push(start);
    if (changes.hours.length < 2 * changesKept) return;
    changes.forgotten += changesKept;
    changes.hours.splice(0, changesKept);
  }

  #slicesOf(surface: string): Map<Slice, Columns> {
    let slices = this.#surfaces.get(surface);
    if (slices === undefined) {
      slices = new Map();
      this.#surfaces.set(surface, slices);
    }
    return slices;
  }

  #set(slices: Map<Slice, Columns>, slice: Slice, name: string, bucket: number, value: number): void {
    let columns = slices.get(slice);
    if (columns === undefined) {
      columns = new Map();
      slices.set(slice, columns);
    }
    let column = columns.get(name);
    if (column === undefined) {
      column = new Column();
      columns.set(name, column);
    }
    column.set(bucket, value);
  }
}

/** Whether a day is stored folded: no value stands within an hour. */
export function isFolded(packed: PackedDay): boolean {
  return Object.values(packed).every((pairs) => pairs.every(([bucket]) => bucket % bucketsPerHour === 0));
}

/** Pairs summed up by so many buckets, under the first of them. */
export function foldPairs(pairs: PackedDay[string], each: number): Map<number, number> {
  const folded = new Map<number, number>();
  for (const [bucket, value] of pairs) {
    const into = bucket - (bucket % each);
    folded.set(into, (folded.get(into) ?? 0) + value);
  }
  return folded;
}

/** Columns of a distribution: histogram bins, a sum, and its count. */
export function isDistribution(columnName: string): boolean {
  return /^[hsc]:/.test(columnName);
}

/** Sum of a column's buckets that begin in [from, to), epoch milliseconds. */
export function sumColumn(column: ReadonlyColumn, from: number, to: number): number {
  if (column instanceof Column) return column.sum(from, to);
  let sum = 0;
  for (const [bucket, value] of column) if (bucket >= from && bucket < to) sum += value;
  return sum;
}

/** Verdict columns are named `v:<rubric>@<version>|<what>`; every other column comes from the counters. */
export function sourceOf(columnName: string): Source {
  return columnName.startsWith('v:') ? (columnName.slice(0, columnName.indexOf('|')) as Source) : 'counts';
}

export function verdictSource(rubric: { readonly id: string; readonly version: number }): `v:${string}` {
  return `v:${rubric.id}@${rubric.version}`;
}
