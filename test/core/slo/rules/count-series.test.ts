import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildSeries, CountSeries } from '#core/slo/rules/count-series.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { start } from '../../../support/make-slo.ts';

const bucket = (index: number, good: number, total: number) => ({
  at: start + index * bucketWidth,
  good,
  total,
});

describe('a series of counts', () => {
  test('holds on a bucket edge exactly its window, and leaves the future out', () => {
    const series = buildSeries([bucket(0, 1, 1), bucket(1, 1, 2), bucket(2, 1, 4), bucket(3, 0, 8)]);
    expect(series.window(start + 3 * bucketWidth, 2 * bucketWidth)).toEqual({ good: 2, total: 6 });
  });

  test('holds between edges the bucket under way and never less than its window', () => {
    const series = buildSeries([bucket(0, 1, 1), bucket(1, 1, 2), bucket(2, 1, 4)]);
    const halfway = start + 2 * bucketWidth + 30_000;
    expect(series.window(halfway, 5 * minute)).toEqual({ good: 2, total: 6 });
    expect(series.window(halfway, 10 * minute)).toEqual({ good: 3, total: 7 });
  });

  test('counts nothing where nothing is, before, after and in between', () => {
    const series = buildSeries([bucket(0, 1, 1), bucket(500, 1, 1)]);
    expect(series.between(start - day, start)).toEqual({ good: 0, total: 0 });
    expect(series.between(start + hour, start + 2 * hour)).toEqual({ good: 0, total: 0 });
    expect(series.between(start - day, start + 30 * day)).toEqual({ good: 2, total: 2 });
    expect(new CountSeries().window(start, day)).toEqual({ good: 0, total: 0 });
    expect(new CountSeries().start).toBeUndefined();
  });

  test('leaves out buckets before a given instant', () => {
    const series = buildSeries([bucket(0, 1, 1), bucket(1, 1, 2), bucket(2, 1, 4)]);
    expect(series.window(start + hour, hour, start + 1)).toEqual({ good: 2, total: 6 });
  });

  test.each([
    { why: 'more good than all', bad: { at: start, good: 2, total: 1 } },
    { why: 'a negative count', bad: { at: start, good: -1, total: 1 } },
    { why: 'no number', bad: { at: start, good: Number.NaN, total: 1 } },
    { why: 'no instant', bad: { at: Number.NaN, good: 1, total: 1 } },
  ])('refuses $why and says what it wanted', ({ bad }) => {
    expect(() => new CountSeries().add(bad)).toThrow(/wants an instant and 0 <= good <= total/);
    expect(() => new CountSeries().set(bad)).toThrow(RangeError);
  });

  const buckets = fc.array(
    fc
      .record({ index: fc.integer({ min: -300, max: 300 }), good: fc.nat(50), bad: fc.nat(50) })
      .map(({ index, good, bad }) => bucket(index, good, good + bad)),
    { maxLength: 60 },
  );
  const span = fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: 0, max: 600 }));

  test('forgets days that nobody looks at, and counts the rest as before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3_000), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 80 }),
        fc.nat(3_200),
        (given, edge) => {
          const all = given.map(([index, good, bad]) => bucket(index, good, good + bad));
          const series = buildSeries(all);
          const at = start + edge * bucketWidth;
          series.forgetBefore(at);
          expect(series.between(at, start + 4_000 * bucketWidth)).toEqual(
            buildSeries(all.filter((each) => each.at >= at)).between(at, start + 4_000 * bucketWidth),
          );
          series.add({ at: start + 4_100 * bucketWidth, good: 1, total: 2 });
          expect(series.window(start + 4_101 * bucketWidth, bucketWidth)).toEqual({ good: 1, total: 2 });
        },
      ),
    );
    const long = buildSeries([bucket(0, 1, 1), bucket(600, 1, 1)]);
    long.forgetBefore(start + 600 * bucketWidth);
    expect(long.start).toBe(start + 600 * bucketWidth);
  });

  test('is the same however it came about: built, added to in any order, or set', () => {
    fc.assert(
      fc.property(buckets, fc.infiniteStream(fc.nat()), span, (given, order, [from, length]) => {
        const shuffled = given
          .map((item) => ({ item, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
        const built = buildSeries(given);
        const added = new CountSeries();
        for (const item of shuffled) added.add(item);
        const set = new CountSeries();
        for (const item of shuffled) set.set({ at: item.at, good: 1, total: 7 });
        for (const item of built.buckets()) set.set(item);
        for (const item of given)
          if (built.between(item.at, item.at + bucketWidth).total === 0)
            set.set({ ...item, good: 0, total: 0 });
        const edges = [start + from * bucketWidth, start + (from + length) * bucketWidth] as const;
        expect(added.between(...edges)).toEqual(built.between(...edges));
        expect(set.between(...edges)).toEqual(built.between(...edges));
      }),
    );
  });

  test('sums what a plain loop sums', () => {
    fc.assert(
      fc.property(buckets, span, (given, [from, length]) => {
        const edges = [start + from * bucketWidth, start + (from + length) * bucketWidth] as const;
        const inside = given.filter(({ at }) => at >= edges[0] && at < edges[1]);
        expect(buildSeries(given).between(...edges)).toEqual({
          good: inside.reduce((sum, { good }) => sum + good, 0),
          total: inside.reduce((sum, { total }) => sum + total, 0),
        });
      }),
    );
  });
});
