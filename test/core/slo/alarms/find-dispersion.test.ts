import { describe, expect, it } from 'vitest';
import { weighByDispersion } from '#core/slo/alarms/evaluate-slo.ts';
import { findDispersion } from '#core/slo/alarms/find-dispersion.ts';
import type { AlarmsState } from '#core/slo/alarms/state.ts';
import { backtestSlo } from '#core/slo/replay/backtest.ts';
import { buildSeries, thinnedBy } from '#core/slo/rules/count-series.ts';
import { measureDispersion } from '#core/statistics/dispersion.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { makeSlo } from '#test/support/make-slo.ts';

const start = Date.parse('2026-03-02T00:00:00Z');

/** Hours of 20 events, of which a number passes that depends on the hour. */
const hourly = (days: number, passes: (index: number) => number) =>
  buildSeries(
    Array.from({ length: days * 24 }, (_, index) => ({
      at: start + index * hour,
      good: passes(index),
      total: 20,
    })),
  );
/** As many pass as fail less: each hour's share is 0.95 or 0.85. */
const unsteady = (index: number) => (index % 2 === 0 ? 19 : 17);

const states = (...raisedAt: (number | undefined)[]): AlarmsState['alarms'] => ({
  page: { firing: false, pressure: 0, ...(raisedAt[0] !== undefined && { raisedAt: raisedAt[0] }) },
});

describe('the dispersion of a series', () => {
  it('is that of the last fourteen whole days, from 48 hours of them on', () => {
    const series = hourly(17, (index) => (index < 72 ? 10 : unsteady(index)));
    const found = findDispersion(undefined, series, start + 17 * day + hour);
    expect(found).toMatchObject({ day: start + 17 * day, hours: 336, alarmDays: [] });
    // Hours each 1 off the mean of 18, whose binomial variance is 1.8.
    expect(findDispersion(undefined, hourly(10, unsteady), start + 10 * day).factor).toBe(1);
    expect(found.factor).toBe(1);
    const wide = hourly(10, (index) => (index % 2 === 0 ? 20 : 14));
    expect(findDispersion(undefined, wide, start + 10 * day).factor).toBeCloseTo((240 * (9 / 2.55)) / 239, 2);
    expect(findDispersion(undefined, wide, start + 2 * day).factor).toBeCloseTo((48 * (9 / 2.55)) / 47, 1);
    expect(findDispersion(undefined, wide, start + 2 * day - hour)).toMatchObject({
      day: start + day,
      hours: 47,
    });
  });

  it('is taken with half of its excess more, two standard errors at most, for so many hours may show too little', () => {
    const passes = (index: number) => (index % 24 === 0 ? 6 : 20);
    const hours = Array.from({ length: 192 }, (_, index) => ({ passes: passes(index), events: 20 }));
    const measured = measureDispersion(hours);
    const { factor } = findDispersion(undefined, hourly(8, passes), start + 8 * day);
    expect(measured.ok && factor === measured.upper && factor > 1.2 * measured.factor).toBe(true);
    const slightly = (index: number) => (index % 2 === 0 ? 20 : 17);
    const { factor: more } = findDispersion(undefined, hourly(8, slightly), start + 8 * day);
    // Each hour 1.5 off the mean of 18.5: all alike, so that its error is none.
    expect(more).toBeCloseTo((2.25 / (18.5 * 0.075)) * (192 / 191), 2);
  });

  it('is measured apart in zoomed hours, which make no part of the usual one', () => {
    const wild = (index: number) => (index % 2 === 0 ? 20 : 4);
    const isZoomed = (index: number) => index % 24 < 12;
    const series = (days: number) =>
      buildSeries(
        Array.from({ length: days * 24 }, (_, index) => {
          const counts = { good: isZoomed(index) ? wild(index) : 18, total: 20 };
          const thinned = isZoomed(index) ? thinnedBy(counts, 10) : undefined;
          return { at: start + index * hour, ...counts, thinned };
        }),
      );
    const found = findDispersion(undefined, series(7), start + 7 * day);
    expect(found).toMatchObject({ factor: 1, hours: 84, zoomed: { hours: 84 } });
    expect(found.zoomed?.atFactor).toBeCloseTo(10, 9);
    expect(found.zoomed?.factor).toBeGreaterThan(10);
    // Too few of them to be measured, and still no part of the usual hours.
    const fewer = findDispersion(undefined, series(3), start + 3 * day);
    expect(fewer.zoomed).toBeUndefined();
    expect(findDispersion(undefined, series(4), start + 4 * day)).toMatchObject({ factor: 1, hours: 48 });
    expect(weighByDispersion({}, found).designEffect).toEqual({
      usual: 1,
      zoomed: { effect: found.zoomed?.factor, factor: found.zoomed?.atFactor },
    });
  });

  it('is looked at once a day', () => {
    const known = { day: start + 8 * day, factor: 2, hours: 168, alarmDays: [] };
    const wide = hourly(10, (index) => (index % 2 === 0 ? 20 : 14));
    const before = { at: start + 8 * day, alarms: states(), dispersion: known };
    expect(findDispersion(before, wide, start + 9 * day - 1)).toEqual(known);
    expect(findDispersion(before, wide, start + 9 * day).factor).toBeGreaterThan(3);
  });

  it('is held while an alarm stands, and leaves the days out in which one stood', () => {
    const known = { day: start + 8 * day, factor: 2, hours: 168, alarmDays: [] };
    // An outage of a day, in every other respect steady.
    const outage = hourly(12, (index) => (index >= 9 * 24 && index < 10 * 24 ? 2 : 18));
    const during = findDispersion(
      { at: start + 9 * day, alarms: states(start + 9 * day), dispersion: known },
      outage,
      start + 9 * day + hour,
    );
    expect(during).toEqual({ ...known, day: start + 9 * day, alarmDays: [start + 9 * day] });
    const after = findDispersion(
      { at: start + 11 * day, alarms: states(), dispersion: during },
      outage,
      start + 11 * day,
    );
    expect(after).toMatchObject({ factor: 1, hours: 240 });
    expect(
      findDispersion(
        { at: start + 11 * day, alarms: states(), dispersion: { ...during, alarmDays: [] } },
        outage,
        start + 11 * day,
      ).factor,
    ).toBeGreaterThan(5);
  });

  it('of hours that are all good is that of chance', () => {
    expect(
      findDispersion(
        undefined,
        hourly(3, () => 20),
        start + 3 * day,
      ).factor,
    ).toBe(1);
  });
});

describe('a healthy service whose conversations fail as a whole', () => {
  it('raises few alarms in months most of which would have one if its responses counted as independent', () => {
    const random = createRandom('conversations');
    let alarmed = 0;
    for (let month = 0; month < 12; month += 1) {
      const series = buildSeries(conversations(random, 38));
      const slo = makeSlo({ objective: 0.92, severities: ['page', 'ticket'] });
      const { alarms } = backtestSlo({
        slo,
        series,
        from: start + 8 * day,
        to: start + 38 * day,
        tick: 30 * minute,
      });
      if (alarms.page + alarms.ticket > 0) alarmed += 1;
    }
    expect(alarmed).toBeLessThanOrEqual(4);
  });
});

/** 50 conversations of 10 responses a day, each good or bad almost as a whole, .943 of the responses good. */
function* conversations(random: RandomSource, days: number) {
  const buckets = (days * day) / bucketWidth;
  for (let turn = 0; turn < days * 50; turn += 1) {
    const first = random.integer(buckets);
    const rate = random.chance(0.93) ? 0.995 : 0.25;
    for (let part = 0; part < 4; part += 1) {
      const total = part === 3 ? 1 : 3;
      const at = start + Math.min(buckets - 1, first + part) * bucketWidth;
      yield { at, good: random.binomial(total, rate), total };
    }
  }
}
