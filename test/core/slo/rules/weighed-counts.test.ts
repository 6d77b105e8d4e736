import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSeries, CountSeries, shownCounts, thinnedBy } from '#core/slo/rules/count-series.ts';
import { effectAtFactor, effectOn } from '#core/slo/rules/design-effect.ts';
import { readNewEvents } from '#core/slo/rules/read-detectors.ts';
import { effectiveSize } from '#core/statistics/effective-size.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { start } from '../../../support/make-slo.ts';

/** Buckets one after the other, each sampled at its own factor. */
const seriesAt = (buckets: readonly { good: number; total: number; factor: number }[]) =>
  buildSeries(
    buckets.map(({ good, total, factor }, index) => ({
      at: start + index * bucketWidth,
      good,
      total,
      thinned: thinnedBy({ good, total }, factor),
    })),
  );

const anyBuckets = fc.array(
  fc
    .record({
      good: fc.integer({ min: 0, max: 80 }),
      bad: fc.integer({ min: 0, max: 80 }),
      factor: fc.constantFrom(1, 2.5, 10),
    })
    .map(({ good, bad, factor }) => ({ good, total: good + bad, factor })),
  { minLength: 1, maxLength: 12 },
);

describe('counts of a stretch of which some buckets were zoomed', () => {
  it('are the effective size, of which the weighted share is good', () => {
    fc.assert(
      fc.property(anyBuckets, (buckets) => {
        const weights = buckets.flatMap(({ total, factor }) => Array<number>(total).fill(1 / factor));
        if (weights.length === 0) return;
        const good = buckets.reduce((sum, each) => sum + each.good / each.factor, 0);
        const weight = weights.reduce((sum, each) => sum + each, 0);
        const counts = seriesAt(buckets).window(start + hour, hour);
        expect(counts.total).toBeCloseTo(effectiveSize(weights), 6);
        expect(counts.good / counts.total).toBeCloseTo(good / weight, 9);
        const shown = shownCounts(counts);
        expect(shown.total).toBe(weights.length);
        expect(shown.good / shown.total).toBeCloseTo(good / weight, 9);
      }),
    );
  });

  it('are the events themselves where all were sampled alike, at whatever rate', () => {
    const plain = [
      { good: 9, total: 10, factor: 1 },
      { good: 3, total: 10, factor: 1 },
    ];
    expect(seriesAt(plain).window(start + hour, hour)).toEqual({ good: 12, total: 20 });
    const { good, total, zoom } = seriesAt(plain.map((each) => ({ ...each, factor: 10 }))).window(
      start + hour,
      hour,
    );
    expect([good, total, zoom?.factor, zoom?.events].map((each) => Number(each?.toFixed(6)))).toEqual([
      12, 20, 10, 20,
    ]);
  });

  it('are for detectors the events as they were counted', () => {
    expect(seriesAt([{ good: 90, total: 100, factor: 10 }]).between(start, start + hour)).toEqual({
      good: 90,
      total: 100,
    });
  });

  it('are for comparisons as many as the usual rate would have found', () => {
    const usual = seriesAt([{ good: 90, total: 100, factor: 10 }]).usual(start, start + hour);
    expect([usual.good, usual.total].map((each) => Number(each.toFixed(9)))).toEqual([9, 10]);
  });

  it('a bucket that is made anew, or is let go, takes what it counted for less along', () => {
    const series = new CountSeries();
    series.set({ at: start, good: 90, total: 100, thinned: thinnedBy({ good: 90, total: 100 }, 10) });
    expect(series.isMarked(start)).toBe(true);
    series.set({ at: start, good: 5, total: 10 });
    expect(series.isMarked(start)).toBe(false);
    expect(series.window(start + hour, hour)).toEqual({ good: 5, total: 10 });
  });
});

describe('events that were rescored', () => {
  const now = start + hour;
  const rescoredAt = start - 3 * hour;
  const seriesOf = (rescored: { good: number; total: number } | undefined) => {
    const series = new CountSeries();
    series.set({
      at: rescoredAt,
      good: 8 + (rescored?.good ?? 0),
      total: 10 + (rescored?.total ?? 0),
      rescored,
    });
    series.set({ at: start, good: 9, total: 10 });
    return series;
  };

  it('count in windows, and are no news to a detector', () => {
    const { cursor } = readNewEvents(seriesOf(undefined), undefined, now);
    const after = seriesOf({ good: 2, total: 40 });
    expect(after.window(now, day)).toEqual({ good: 19, total: 60 });
    expect(readNewEvents(after, cursor, now)).toMatchObject({ passes: 0, fails: 0 });
    after.set({ at: start, good: 9, total: 12 });
    expect(readNewEvents(after, cursor, now + minute)).toMatchObject({ passes: 0, fails: 2 });
  });

  it('change nothing of what is new where they were there first, or are long past', () => {
    const back = seriesOf({ good: 2, total: 40 });
    for (const at of [now, now + 80 * hour]) {
      const first = readNewEvents(back, undefined, now);
      expect(readNewEvents(back, first.cursor, at)).toEqual(
        readNewEvents(seriesOf(undefined), readNewEvents(seriesOf(undefined), undefined, now).cursor, at),
      );
    }
  });
});

describe('the design effect at a factor', () => {
  it('grows with it, for the hours that differ have so many more events', () => {
    expect(effectAtFactor(3, 10)).toBe(21);
    expect(effectAtFactor(1, 1)).toBe(1);
    // What a week did not show may be there.
    expect(effectAtFactor(1, 10)).toBeCloseTo(1.63, 12);
    expect(effectOn(3, { good: 1, total: 2 })).toBe(3);
  });

  it('is, where zoomed hours were measured, what they showed', () => {
    const measured = { usual: 3, zoomed: { effect: 4, factor: 10 } };
    expect(effectAtFactor(measured, 10)).toBe(4);
    expect(effectAtFactor(measured, 20)).toBe(7);
    expect(effectAtFactor(measured, 5.5)).toBe(3.5);
  });
});
