import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { bucketWidth, hour, minute } from '#core/time.ts';
import { makeSeries, makeSlo, replay, start } from '../../../support/make-slo.ts';

const healthy = { good: 95, total: 100 };

const broken = { good: 70, total: 100 };

const paged = makeSlo({ severities: ['page', 'ticket'] });

describe('firing and clearing', () => {
  test('a healthy service fires nothing in 10 days', () => {
    const { transitions, last } = replay({
      slo: makeSlo(),
      series: makeSeries({ lasts: 240, ...healthy }),
      to: 240,
    });
    expect(transitions).toEqual([]);
    expect(last.evaluation).toMatchObject({
      measured: true,
      raw: { value: 0.95, total: 28_800 },
      firing: { page: false },
    });
    expect(last.evaluation.pressure.page).toBeLessThan(0.8);
  });

  test('a drop fires the ticket, then the page that masks it, and recovery clears both', () => {
    const series = makeSeries(
      { lasts: 24, good: 9.5, total: 10 },
      { lasts: 6, good: 7, total: 10 },
      { lasts: 30, good: 9.5, total: 10 },
    );
    const { progress, last } = replay({ slo: paged, series, to: 60 });
    expect(progress[0]).toMatch(/^ticket ALARM 24\./);
    expect(progress.slice(1, 3).map((step) => step.replace(/ [\d.]+$/, ''))).toEqual([
      'page ALARM',
      'ticket OK',
    ]);
    expect(last.evaluation.firing).toEqual({ rollback: false, page: false, ticket: false, digest: false });
  });

  test('no severity that the SLO lacks ever fires, and each has a gauge', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 24, good: 0, total: 100 });
    const { progress, last } = replay({ slo: makeSlo({ severities: ['ticket'] }), series, to: 48 });
    expect(progress).toHaveLength(1);
    expect(last.evaluation.pressure).toMatchObject({ rollback: 0, page: 0, digest: 0 });
    expect(last.evaluation.pressure.ticket).toBeGreaterThanOrEqual(1);
  });

  test('gauges are 0 or more and under 1 from the first tick, before anything was seen', () => {
    const { evaluation } = evaluateSlo({
      slo: makeSlo(),
      measurement: { kind: 'counts', series: buildSeries([]) },
      now: start,
    });
    expect(evaluation.pressure).toEqual({ rollback: 0, page: 0, ticket: 0, digest: 0 });
    expect(evaluation).toMatchObject({ measured: false, raw: { value: null }, burn: null, budgetLeft: null });
  });

  test('a gauge is 1 or over exactly while its severity fires', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 5, ...broken }, { lasts: 20, ...healthy });
    let last: ReturnType<typeof evaluateSlo> | undefined;
    for (let now = start + bucketWidth; now <= start + 49 * hour; now += bucketWidth) {
      last = evaluateSlo({
        slo: makeSlo(),
        measurement: { kind: 'counts', series },
        previous: last?.state,
        now,
      });
      const { pressure, firing } = last.evaluation;
      for (const severity of ['rollback', 'page', 'ticket', 'digest'] as const) {
        expect(pressure[severity] >= 1).toBe(firing[severity]);
      }
    }
  });

  test('lower severities show at most .99 while a higher one fires', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 12, good: 0, total: 100 });
    const { last } = replay({ slo: makeSlo(), series, to: 36 });
    expect(last.evaluation.firing.rollback).toBe(true);
    expect(last.evaluation.pressure).toMatchObject({ page: 0.99, ticket: 0.99 });
    expect(last.evaluation.rows.page?.pressure).toBeGreaterThan(1);
  });

  test('a standing alarm clears after 10 minutes under .8, not at the first good tick', () => {
    const slo = makeSlo({
      severities: ['page'],
      rows: { page: { long: 6 * hour, short: 30 * minute, burn: 2 } },
    });
    const series = makeSeries(
      { lasts: 24, ...healthy },
      { lasts: 6, ...broken },
      { lasts: 6, good: 100, total: 100 },
    );
    const { progress } = replay({ slo, series, to: 36 });
    expect(progress).toHaveLength(2);
    // The short window of 30 min falls under .8 x 16% bad once 4 of its 6 buckets are good, after 20 minutes.
    expect(progress[1]).toBe('page OK 30.5');
  });

  test('between .8 and 1 an alarm neither fires nor clears', () => {
    const slo = makeSlo({
      severities: ['page'],
      rows: { page: { long: 6 * hour, short: 30 * minute, burn: 2 } },
    });
    const middling = { good: 86, total: 100 };
    const never = replay({ slo, series: makeSeries({ lasts: 48, ...middling }), to: 48 });
    expect(never.progress).toEqual([]);
    const stays = replay({
      slo,
      series: makeSeries({ lasts: 6, ...broken }, { lasts: 48, ...middling }),
      to: 54,
    });
    expect(stays.progress).toHaveLength(1);
  });

  test('a handful of good answers clears no page: recovery is shown on 50 events', () => {
    const slo = makeSlo({
      severities: ['page'],
      rows: { page: { long: 6 * hour, short: 30 * minute, burn: 2 } },
    });
    const series = makeSeries(
      { lasts: 12, good: 1, total: 3 },
      { lasts: 0.75, good: 1, total: 1 },
      { lasts: 0.25, good: 1, total: 3 },
    );
    expect(replay({ slo, series, to: 13 }).progress).toEqual(['page ALARM 1.42']);
  });
});

test('whatever happens, at most one severity fires, gauges agree with it, and transitions take turns', () => {
  const stretch = fc.record({
    lasts: fc.constantFrom(1, 3, 8),
    share: fc.constantFrom(0, 0.5, 0.8, 0.9, 0.95, 1),
    total: fc.constantFrom(0, 3, 40),
  });
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), (stretches) => {
      const series = makeSeries(
        ...stretches.map(({ lasts, share, total }) => ({ lasts, good: Math.floor(share * total), total })),
      );
      const standing = { rollback: false, page: false, ticket: false, digest: false };
      let last: ReturnType<typeof evaluateSlo> | undefined;
      for (let now = start + bucketWidth; now <= (series.end ?? start); now += bucketWidth) {
        const measurement = { kind: 'counts', series } as const;
        last = evaluateSlo({ slo: makeSlo(), measurement, previous: last?.state, now });
        for (const { severity, from, to } of last.evaluation.transitions) {
          expect([from, to]).toEqual(standing[severity] ? ['ALARM', 'OK'] : ['OK', 'ALARM']);
          standing[severity] = to === 'ALARM';
        }
        const { firing, pressure } = last.evaluation;
        expect(firing).toEqual(standing);
        expect(Object.values(firing).filter(Boolean).length).toBeLessThanOrEqual(1);
        for (const severity of ['rollback', 'page', 'ticket', 'digest'] as const) {
          expect(pressure[severity] >= 1).toBe(firing[severity]);
          expect(Number.isFinite(pressure[severity]) && pressure[severity] >= 0).toBe(true);
        }
      }
    }),
    { numRuns: 40 },
  );
});

describe('quiet nights', () => {
  test.each([
    { state: 'a standing alarm', before: broken, stands: true },
    { state: 'a healthy SLO', before: healthy, stands: false },
  ])('$state stays as it is through a night without events', ({ before, stands }) => {
    const series = makeSeries(
      { lasts: 24, ...before },
      { lasts: 12, good: 0, total: 0 },
      { lasts: 1, ...before },
    );
    const evening = replay({ slo: makeSlo(), series, to: 24 });
    const night = replay({ slo: makeSlo(), series, from: 24, to: 36, previous: evening.last.state });
    expect(night.transitions).toEqual([]);
    expect(night.last.evaluation.measured).toBe(false);
    expect(night.last.evaluation.firing).toEqual(evening.last.evaluation.firing);
    expect(Object.values(night.last.evaluation.firing).includes(true)).toBe(stands);
    expect(night.last.reason()).toMatch(
      /^There is too little to measure now: no events in the last 1 h\. .*\nUnmeasured: no events in the last 1 h; alarms keep their state\./,
    );
    expect(
      replay({ slo: makeSlo(), series, from: 36, to: 37, previous: night.last.state }).transitions,
    ).toEqual([]);
  });

  test('an hour of silence is noticed on a busy surface, a day on one with 20 events a day', () => {
    const series = makeSeries({ lasts: 1, ...healthy }, { lasts: 30, good: 0, total: 0 });
    const at = (hours: number, expectedPerDay: number) =>
      replay({
        slo: makeSlo(),
        series,
        from: hours - 0.1,
        to: hours,
        context: () => ({ expectedPerDay }),
        tick: 6 * minute,
      }).last.evaluation.measured;
    expect([at(1.9, 10_000), at(2.1, 10_000), at(20, 20), at(26, 20)]).toEqual([true, false, true, false]);
  });

  test('where nothing fails over there is nothing to time, and all is well', () => {
    const slo = makeSlo({ sli: { kind: 'field', field: 'failoverMs', atMost: 800 } });
    const { evaluation } = evaluateSlo({
      slo,
      measurement: { kind: 'counts', series: buildSeries([]) },
      now: start,
    });
    expect(evaluation.measured).toBe(true);
  });
});
