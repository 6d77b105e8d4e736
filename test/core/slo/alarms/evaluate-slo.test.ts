import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { compactState, readSloState } from '#core/slo/alarms/state.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
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
    expect(night.last.reason()).toMatch(/^Unmeasured: no events in the last 1 h; alarms keep their state\./);
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

describe('replayed, late and doubled ticks', () => {
  const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 3, ...broken });

  test('change nothing, whatever the series has become', () => {
    const { last } = replay({ slo: makeSlo(), series, to: 26 });
    const worse = makeSeries({ lasts: 27, good: 0, total: 1_000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 24 * 60 }), (minutesBefore) => {
        const now = last.state.at - minutesBefore * minute;
        const again = evaluateSlo({
          slo: makeSlo(),
          measurement: { kind: 'counts', series: worse },
          previous: last.state,
          now,
        });
        expect(again.state).toBe(last.state);
        expect(again.evaluation.transitions).toEqual([]);
        expect(again.evaluation.replayed).toBe(true);
        expect(again.evaluation.pressure).toEqual(last.evaluation.pressure);
        expect(again.evaluation.firing).toEqual(last.evaluation.firing);
      }),
    );
  });

  test('ticks of a minute and of 5 minutes see the same alarms', () => {
    const slow = replay({ slo: paged, series, to: 27 });
    const fast = replay({ slo: paged, series, to: 27, tick: minute });
    expect(fast.transitions.map(({ severity, to }) => [severity, to])).toEqual(
      slow.transitions.map(({ severity, to }) => [severity, to]),
    );
  });
});

describe('what the detectors take in', () => {
  const detected = makeSlo({
    severities: ['ticket'],
    rows: { ticket: { long: day, short: 2 * hour, burn: 11, detector: 'warn' } },
  });
  const evidence = (outcome: ReturnType<typeof evaluateSlo>) =>
    outcome.evaluation.detectors.warn?.statistic ?? 0;

  test('is the same whether events come in time or late', () => {
    const whole = makeSeries({ lasts: 3, good: 80, total: 100 });
    const first = replay({
      slo: detected,
      series: makeSeries({ lasts: 1, good: 80, total: 100 }),
      to: 2,
    }).last;
    const late = replay({ slo: detected, series: whole, from: 2, to: 3, previous: first.state }).last;
    expect(late.state.memory.detectors.warn?.events).toBe(3_600);
  });

  test('is paid back, not undone, where feedback takes good events away', () => {
    const accepted = buildSeries([{ at: start, good: 100, total: 100 }]);
    const first = evaluateSlo({
      slo: detected,
      measurement: { kind: 'counts', series: accepted },
      now: start + bucketWidth,
    });
    const regretted = buildSeries([
      { at: start, good: 90, total: 100 },
      { at: start + bucketWidth, good: 10, total: 10 },
    ]);
    const second = evaluateSlo({
      slo: detected,
      measurement: { kind: 'counts', series: regretted },
      previous: first.state,
      now: start + 2 * bucketWidth,
    });
    expect(second.state.memory.detectors.warn?.events).toBe(110);
    expect(second.state.memory.cursor).toMatchObject({ good: 100, bad: 10 });
  });

  test('leaves out what was there before the first tick, except the hour under way', () => {
    const series = makeSeries({ lasts: 48, good: 0, total: 100 });
    const { state } = evaluateSlo({
      slo: detected,
      measurement: { kind: 'counts', series },
      now: start + 47.5 * hour,
    });
    expect(state.memory.detectors.warn?.events).toBe(600);
  });

  test('stays right for weeks, and a bucket of three days ago still counts', () => {
    const series = makeSeries({ lasts: 24 * 21, good: 9, total: 10 });
    const { last } = replay({ slo: detected, series, to: 24 * 21, tick: hour });
    expect(last.state.memory.detectors.warn?.events).toBe(24 * 21 * 12 * 10);
    series.add({ at: last.state.at - 70 * hour, good: 0, total: 7 });
    const next = evaluateSlo({
      slo: detected,
      measurement: { kind: 'counts', series },
      previous: last.state,
      now: last.state.at + minute,
    });
    expect(next.state.memory.detectors.warn?.events).toBe(24 * 21 * 12 * 10 + 7);
    series.add({ at: last.state.at - 90 * hour, good: 0, total: 7 });
    const frozen = evaluateSlo({
      slo: detected,
      measurement: { kind: 'counts', series },
      previous: next.state,
      now: last.state.at + 2 * minute,
    });
    expect(frozen.evaluation.held.ticket).toBe('no new events: it keeps its state');
  });

  test('does not fire on fewer than 50 events, however bad', () => {
    const series = makeSeries({ lasts: 0.75, good: 0, total: 5 }, { lasts: 1, good: 0, total: 5 });
    const { progress } = replay({ slo: detected, series, to: 1.75 });
    expect(progress).toEqual(['ticket ALARM 0.83']);
  });

  test('weighs less with a design effect', () => {
    const series = makeSeries({ lasts: 6, good: 80, total: 100 });
    const plain = replay({ slo: detected, series, to: 1 }).last;
    const clustered = replay({ slo: detected, series, to: 1, context: () => ({ designEffect: 5 }) }).last;
    expect(evidence(clustered)).toBeLessThan(evidence(plain));
  });
});

describe('the budget', () => {
  const slo = makeSlo({ window: 7 * day });

  test('is left in proportion to what has been good, and overspent past it', () => {
    const at = (good: number) =>
      replay({ slo, series: makeSeries({ lasts: 24 * 7, good, total: 100 }), from: 167, to: 168 }).last
        .evaluation.budgetLeft;
    expect(at(96)).toBeCloseTo(0.5, 9);
    expect(at(92)).toBeCloseTo(0, 9);
    expect(at(88)).toBeCloseTo(-0.5, 9);
  });

  test('is never spent at a burn of 1 or under', () => {
    const { evaluation } = replay({
      slo,
      series: makeSeries({ lasts: 24 * 7, good: 93, total: 100 }),
      from: 167,
      to: 168,
    }).last;
    expect(evaluation.budgetSpentAt).toBeNull();
  });

  test('is spent when the forecast says, if the burn stays', () => {
    const series = makeSeries(
      { lasts: 24 * 7, good: 96, total: 100 },
      { lasts: 6, good: 60, total: 100 },
      { lasts: 24, good: 60, total: 100 },
    );
    const now = replay({ slo, series, from: 173, to: 174 }).last.evaluation;
    const forecast = now.budgetSpentAt ?? 0;
    expect(forecast).toBeGreaterThan(now.at);
    const late = (forecast - start) / hour;
    expect(replay({ slo, series, from: late - 1, to: late }).last.evaluation.budgetLeft).toBeCloseTo(0, 1);
  });
});

describe('the state', () => {
  test('is plain JSON under 1 kB and goes on from where it was stored', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 6, ...broken });
    const { last } = replay({ slo: makeSlo(), series, to: 28 });
    const stored = JSON.stringify(last.state);
    expect(stored.length).toBeLessThan(1_000);
    const read = readSloState(JSON.parse(stored));
    expect(read).toEqual({ ok: true, state: last.state });
    const goOn = (state: typeof last.state) =>
      replay({ slo: makeSlo(), series, from: 28, to: 30, previous: state }).last;
    if (read.ok) expect(goOn(read.state).state).toEqual(goOn(last.state).state);
  });

  test('may be stored with its evidence rounded', () => {
    const { last } = replay({
      slo: makeSlo(),
      series: makeSeries({ lasts: 3, good: 90, total: 101 }),
      to: 3,
    });
    const compact = compactState(last.state);
    compact.memory.detectors.warn?.evidence.forEach((value, index) => {
      expect(value).toBeCloseTo(last.state.memory.detectors.warn?.evidence[index] ?? 0, 4);
    });
    expect({ ...compact, memory: undefined }).toEqual({ ...last.state, memory: undefined });
  });

  test.each([
    {
      why: 'of another version',
      stored: { version: 2, at: 1, alarms: {}, memory: { detectors: {}, rows: {} } },
      field: 'version',
    },
    { why: 'that is cut', stored: { version: 1, at: 1 }, field: 'alarms' },
    { why: 'that is nothing', stored: null, field: 'the whole' },
  ])('$why is refused with the field and what to do', ({ stored, field }) => {
    const read = readSloState(stored);
    expect(read.ok).toBe(false);
    if (!read.ok)
      expect(read.reason).toMatch(
        new RegExp(`wanted an SLO state of version 1, but ${field} .*leave it out`),
      );
  });
});

describe('the reason', () => {
  test('of a row says how many of how many, over which windows, against what, and the chance', () => {
    const slo = makeSlo({
      severities: ['page'],
      rows: { page: { long: 6 * hour, short: 30 * minute, burn: 2 } },
    });
    const { transitions } = replay({
      slo,
      series: makeSeries({ lasts: 6, ...healthy }, { lasts: 6, ...broken }),
      to: 12,
    });
    expect(transitions[0]?.reason).toMatch(
      /^[\d,]+ of 7,200 responses were bad \(16\.\d%\) over 6 h: the budget of 8% burns at 2\.\d+ times its even rate, and 3\.75 times its even rate over 30 min \(180 of 600\); page fires from 2 times\. At the objective of 92% so many have a chance of \d(\.\d)?e-\d+; 1e-5 is asked\.$/,
    );
  });

  test('of a detector says its evidence and how long chance would take', () => {
    const { transitions } = replay({
      slo: paged,
      series: makeSeries({ lasts: 6, ...healthy }, { lasts: 6, good: 85, total: 100 }),
      to: 12,
    });
    expect(transitions[0]?.reason).toMatch(
      /^Sustained drop of good responses under 92%; 160 of 2,400 responses were bad \(6\.7%\) over 2 h\. Evidence M = [\d,]+; ticket fires from 2,400, which takes 2,400 hours on average while there is no drop\.$/,
    );
  });

  test('of a quiet state says the level and the budget, and which severity is near', () => {
    const { last } = replay({ slo: makeSlo(), series: makeSeries({ lasts: 24, ...healthy }), to: 24 });
    expect(last.reason()).toMatch(
      /^27,360 of 28,800 responses were good over 24 h \(95%\), against 92%\. Nothing fires\. 37\.5% of the budget of 24 h is left\.$/,
    );
    const near = replay({
      slo: makeSlo(),
      series: makeSeries({ lasts: 24, ...healthy }, { lasts: 2, good: 86, total: 100 }),
      to: 24.2,
    });
    expect(near.last.reason()).toMatch(/Nothing fires; (page|ticket) is nearest at 0\.\d+ of 1\./);
  });

  test('of an alarm that cleared says that it recovered', () => {
    const series = makeSeries(
      { lasts: 24, good: 9.5, total: 10 },
      { lasts: 6, good: 7, total: 10 },
      { lasts: 30, good: 9.5, total: 10 },
    );
    const { transitions } = replay({ slo: paged, series, to: 60 });
    expect(transitions.at(-1)?.reason).toMatch(/^Recovered: the pressure has been under 0.8 for 10 min\./);
    expect(transitions.find(({ severity, to }) => severity === 'ticket' && to === 'OK')?.reason).toBe(
      'Masked: page of the same SLO fires.',
    );
  });
});

test('counts for a kind of change are refused with what to do', () => {
  const slo = makeSlo({ objective: null, sli: { kind: 'refusal-change', within: 0.015 } });
  expect(() =>
    evaluateSlo({ slo, measurement: { kind: 'counts', series: buildSeries([]) }, now: start }),
  ).toThrow(/has no objective, so counts say nothing of it: give it a measurement of its kind/);
});
