import { describe, expect, it } from 'vitest';
import { earlyDispersion } from '#core/slo/alarms/early-dispersion.ts';
import { findDispersion } from '#core/slo/alarms/find-dispersion.ts';
import { watchFiring } from '#core/slo/replay/watch-firing.ts';
import { buildSeries, CountSeries } from '#core/slo/rules/count-series.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { makeSlo, start } from '#test/support/make-slo.ts';

const early = (passes: readonly number[], events = 20, assumed = 1) =>
  earlyDispersion(
    passes.map((each) => ({ passes: each, events })),
    { assumed, below: 48 },
  );
const steady = (hours: number) => Array.from({ length: hours }, (_, index) => 18 + (index % 2));

describe('the dispersion of a series that has just begun', () => {
  it('is cautious at first, as conversations are known to make it or more', () => {
    expect(early([])).toEqual({ factor: 3, hours: 0 });
    expect(early([19])).toEqual({ factor: 3, hours: 1 });
    expect(early([20, 20, 20])).toEqual({ factor: 3, hours: 3 });
    expect(early([], 20, 3.7).factor).toBe(3.7);
    expect(early([], 20, 1.6).factor).toBe(3);
  });

  it('is less with each steady hour, and more where hours are uneven', () => {
    const factors = [4, 8, 16, 32].map((hours) => early(steady(hours)).factor);
    expect(factors).toEqual(factors.toSorted((a, b) => b - a));
    expect(factors.at(-1)).toBeLessThan(1.5);
    expect(early([20, 12, 20, 20, 13, 20, 12, 20]).factor).toBeGreaterThan(3.5);
  });

  it('is no more for a service that has got worse for good', () => {
    const drop = [...steady(8), ...steady(8).map((passes) => passes - 9)];
    expect(early(drop).factor).toBeLessThan(2);
  });

  it('takes hours of few events together', () => {
    expect(early([1, 2, 1, 2, 0], 2)).toMatchObject({ hours: 1 });
    expect(early(Array(90).fill(2), 3)).toMatchObject({ hours: 45 });
    expect(early(Array(240).fill(2), 3)).toMatchObject({ hours: 47 });
  });

  it('is looked at each hour, in the hours that are over, until there are 48 of them', () => {
    const series = buildSeries(
      Array.from({ length: 72 }, (_, index) => ({ at: start + index * hour, good: 18, total: 20 })),
    );
    const at = start + 5 * hour + 10 * 60_000;
    const found = findDispersion(undefined, series, at);
    expect(found).toMatchObject({ day: start, hours: 5 });
    const later = (now: number) => findDispersion({ at, alarms: {}, dispersion: found }, series, now);
    expect(later(start + 6 * hour - 1)).toEqual(found);
    expect(later(start + 6 * hour)).toMatchObject({ hours: 6 });
    expect(later(start + 2 * day)).toMatchObject({ factor: 1 });
  });

  it('is found where a state of before has none', () => {
    const series = buildSeries([{ at: start, good: 18, total: 20 }]);
    const before = { at: start + 2 * hour, alarms: {}, dispersion: { day: start, alarmDays: [] } };
    expect(findDispersion(before, series, start + 3 * hour)).toMatchObject({ factor: 3, hours: 1 });
  });
});

describe('a service in its first days', () => {
  const slo = makeSlo({ objective: 0.92, severities: ['page', 'ticket'] });

  it('that is well and talks in conversations of 10 has few alarms in its first week', () => {
    const random = createRandom('first weeks');
    const weeks = 100;
    let alarmed = 0;
    for (let week = 0; week < weeks; week += 1) {
      const series = new CountSeries();
      const watch = watchFiring({ slo, series });
      const buckets = conversations(random, 4);
      buckets.forEach(({ good, total }, index) => {
        series.add({ at: start + index * bucketWidth, good, total });
        watch.tick(start + (index + 1) * bucketWidth);
      });
      if (watch.fired.size > 0) alarmed += 1;
    }
    // 24 of them where 1 is assumed at first.
    expect(alarmed).toBeLessThanOrEqual(12);
  });

  it('whose requests all fail is paged in its first five minutes', () => {
    for (const [objective, total] of [
      [0.92, 50],
      [0.995, 50],
      [0.9995, 60],
    ] as const) {
      const series = buildSeries([{ at: start, good: 0, total }]);
      const watch = watchFiring({ slo: makeSlo({ objective, severities: ['page', 'ticket'] }), series });
      watch.tick(start + bucketWidth);
      expect([objective, watch.fired.get('page')]).toEqual([objective, start + bucketWidth]);
    }
  });
});

/** 50 conversations of 10 responses a day, some good, some bad, by an intraclass correlation of .3; .945 of all good. */
function conversations(random: RandomSource, days: number): { good: number; total: number }[] {
  const count = (days * day) / bucketWidth;
  const buckets = Array.from({ length: count }, () => ({ good: 0, total: 0 }));
  for (let conversation = 0; conversation < days * 50; conversation += 1) {
    const first = random.integer(count);
    const rate = random.chance(0.908) ? 0.985 : 0.55;
    for (let turn = 0; turn < 10; turn += 1) {
      const bucket = buckets[Math.min(count - 1, first + Math.floor(turn / 2))];
      if (bucket === undefined) continue;
      bucket.total += 1;
      if (random.chance(rate)) bucket.good += 1;
    }
  }
  return buckets;
}
