import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Column } from '#core/series/column.ts';
import { bucketWidth, day, hour } from '#core/time.ts';

const start = Date.parse('2026-11-03T00:00:00Z');

/** Buckets of three days, some of them twice, with counts and sums of every size. */
const writes = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 3 * 288 - 1 }).map((bucket) => start + bucket * bucketWidth),
    fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.constantFrom(65_535, 65_536, 0.25, -3, 1e12),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
    ),
  ),
  { maxLength: 60 },
);

function filled(pairs: readonly (readonly [number, number])[]): { column: Column; map: Map<number, number> } {
  const column = new Column();
  const map = new Map<number, number>();
  for (const [bucket, value] of pairs) {
    column.set(bucket, value);
    if (value === 0) map.delete(bucket);
    else map.set(bucket, value);
  }
  return { column, map };
}

const byBucket = (pairs: Iterable<[number, number]>) => [...pairs].sort(([a], [b]) => a - b);

describe('a column', () => {
  it('holds what a map of the same numbers holds', () => {
    fc.assert(
      fc.property(writes, (pairs) => {
        const { column, map } = filled(pairs);
        expect(byBucket(column)).toEqual(byBucket(map));
        expect(column.size).toBe(map.size);
        expect(column.isEmpty).toBe(map.size === 0);
        for (const [bucket] of pairs) expect(column.get(bucket)).toBe(map.get(bucket));
      }),
    );
  });

  it('sums any stretch', () => {
    const edge = fc.integer({ min: -10, max: 3 * 288 + 10 }).map((bucket) => start + bucket * bucketWidth);
    fc.assert(
      fc.property(writes, edge, edge, (pairs, from, to) => {
        const { column, map } = filled(pairs);
        const sum = [...map].reduce(
          (total, [at, value]) => (at >= from && at < to ? total + value : total),
          0,
        );
        expect(column.sum(from, to)).toBeCloseTo(sum, 3);
      }),
    );
  });

  /** As it came, or folded. */
  const folds = fc.constantFrom(undefined, 'hour' as const, 'day' as const);
  const foldedAs = (pairs: readonly (readonly [number, number])[], unit: 'hour' | 'day' | undefined) => {
    const { column } = filled(pairs);
    if (unit !== undefined) column.foldBefore(start + 2 * day, unit);
    return column;
  };

  it('lets the buckets of an hour go, and says whether there was anything', () => {
    const hours = fc.integer({ min: 0, max: 3 * 24 - 1 }).map((index) => start + index * hour);
    fc.assert(
      fc.property(writes, folds, hours, (pairs, unit, from) => {
        const column = foldedAs(pairs, unit);
        const isIn = ([bucket]: [number, number]) => bucket >= from && bucket < from + hour;
        const before = byBucket(column);
        expect(column.clear(from, from + hour)).toBe(before.some(isIn));
        expect(byBucket(column)).toEqual(before.filter((pair) => !isIn(pair)));
        expect(column.clear(from, from + hour)).toBe(false);
      }),
    );
  });

  it('tells the values of a day by the place of their bucket', () => {
    fc.assert(
      fc.property(writes, folds, fc.constantFrom(-1, 0, 1, 2), (pairs, unit, index) => {
        const column = foldedAs(pairs, unit);
        const from = start + index * day;
        const wanted = byBucket(column).filter(([bucket]) => bucket >= from && bucket < from + day);
        expect(column.ofDay(from)).toEqual(
          wanted.map(([bucket, value]) => [(bucket - from) / bucketWidth, value]),
        );
      }),
    );
  });

  it('keeps the sum of each hour that it folds under its start, takes less room, and no other day changes', () => {
    fc.assert(
      fc.property(writes, (pairs) => {
        const { column } = filled(pairs);
        const hours = Array.from({ length: 48 }, (_, index) =>
          column.sum(start + index * hour, start + (index + 1) * hour),
        );
        const last = byBucket(column).filter(([at]) => at >= start + 2 * day);
        const bytes = column.bytes;
        column.foldBefore(start + 2 * day, 'hour');
        for (const [index, sum] of hours.entries()) {
          const at = start + index * hour;
          expect(column.get(at) ?? 0).toBeCloseTo(sum, 3);
          expect(column.get(at + bucketWidth)).toBeUndefined();
          expect(column.sum(at, at + hour)).toBeCloseTo(sum, 3);
          expect(column.sum(at + bucketWidth, at + hour)).toBe(0);
        }
        expect(byBucket(column).filter(([at]) => at >= start + 2 * day)).toEqual(last);
        expect(column.bytes).toBeLessThanOrEqual(bytes);
        const folded = byBucket(column);
        column.foldBefore(start + 2 * day, 'hour');
        expect(byBucket(column)).toEqual(folded);
      }),
    );
  });

  it('a folded hour is changed at its start, and a bucket within it opens the day again', () => {
    const { column } = filled([
      [start + hour, 4],
      [start + hour + bucketWidth, 5],
    ]);
    column.foldBefore(start + day, 'hour');
    column.set(start + 2 * hour, 7);
    column.set(start + hour + bucketWidth, 1);
    expect(byBucket(column)).toEqual([
      [start + hour, 9],
      [start + hour + bucketWidth, 1],
      [start + 2 * hour, 7],
    ]);
  });

  it('keeps the sum of each day that it folds, and no other day', () => {
    fc.assert(
      fc.property(writes, (pairs) => {
        const { column } = filled(pairs);
        const days = [0, 1, 2].map((index) => column.sum(start + index * day, start + (index + 1) * day));
        const last = byBucket(column).filter(([at]) => at >= start + 2 * day);
        column.foldBefore(start + 2 * day, 'day');
        expect(column.get(start) ?? 0).toBeCloseTo(days[0] ?? 0, 3);
        expect(column.get(start + day) ?? 0).toBeCloseTo(days[1] ?? 0, 3);
        expect(column.get(start + bucketWidth)).toBeUndefined();
        expect(byBucket(column).filter(([at]) => at >= start + 2 * day)).toEqual(last);
      }),
    );
  });

  it('forgets what lies before an instant, and nothing else', () => {
    const edge = fc.integer({ min: -10, max: 3 * 288 + 10 }).map((bucket) => start + bucket * bucketWidth);
    fc.assert(
      fc.property(writes, edge, (pairs, at) => {
        const { column, map } = filled(pairs);
        column.forgetBefore(at);
        expect(byBucket(column)).toEqual(byBucket([...map].filter(([bucket]) => bucket >= at)));
      }),
    );
  });
});
