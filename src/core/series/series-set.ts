import { bucketWidth, day, dayStart, floorTo, hour, hourStart } from '../time.ts';
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
        for (let bucket = start; bucket < start + hour; bucket += bucketWidth) {
          if (column.delete(bucket)) touched.add(slice);
        }
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
      const pairs: [number, number][] = [];
      for (let bucket = start; bucket < start + day; bucket += bucketWidth) {
        const value = column.get(bucket);
        if (value !== undefined && value !== 0) pairs.push([(bucket - start) / bucketWidth, value]);
      }
      if (pairs.length > 0) packed[name] = pairs;
    }
    return packed;
  }

  /** Takes a stored day back in. Distributions of a day that ends before `foldedBefore` are summed up by the day at once. */
  unpackDay(
    surface: string,
    slice: Slice,
    key: string,
    packed: PackedDay,
    foldedBefore = Number.NEGATIVE_INFINITY,
  ): void {
    const start = dayStart(key);
    const slices = this.#slicesOf(surface);
    for (const [name, pairs] of Object.entries(packed)) {
      const isFolded = isDistribution(name) && start + day <= foldedBefore;
      // Distributions are read of the whole only.
      if (isDistribution(name) && slice !== '*') continue;
      if (isFolded) {
        const sum = pairs.reduce((total, [, value]) => total + value, 0);
        this.#set(slices, slice, name, start, sum);
      } else
        for (const [index, value] of pairs)
          this.#set(slices, slice, name, start + index * bucketWidth, value);
    }
  }

  /**
   * Folds histograms, sums and their counts that lie before an instant into one value a day, at the day's start:
   * baselines look at days, and finer ones would be most of the memory.
   */
  foldBefore(at: number): void {
    for (const slices of this.#surfaces.values()) {
      for (const columns of slices.values()) {
        for (const [name, column] of columns) if (isDistribution(name)) column.foldBefore(floorTo(at, day));
      }
    }
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
