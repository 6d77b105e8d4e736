import { describe, expect, test } from 'vitest';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { makeSeries, makeSlo, replay, start } from '../../../support/make-slo.ts';

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

test('counts for a kind of change are refused with what to do', () => {
  const slo = makeSlo({ objective: null, sli: { kind: 'refusal-change', within: 0.015 } });
  expect(() =>
    evaluateSlo({ slo, measurement: { kind: 'counts', series: buildSeries([]) }, now: start }),
  ).toThrow(/has no objective, so counts say nothing of it: give it a measurement of its kind/);
});
