import { describe, expect, test } from 'vitest';
import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import type { Measurement } from '#core/slo/rules/measurement.ts';
import { day, hour, minute } from '#core/time.ts';
import { makeSeries, makeSlo, start } from '../../../support/make-slo.ts';

const kinds = {
  refusals: makeSlo({
    id: 'refusals',
    objective: null,
    rows: {},
    severities: ['ticket'],
    window: 7 * day,
    sli: { kind: 'refusal-change', within: 0.015 },
  }),
  quantile: makeSlo({
    id: 'slowest',
    objective: null,
    rows: {},
    severities: ['ticket'],
    sli: { kind: 'quantile-change', field: 'totalMs', quantile: 0.99, times: 2 },
  }),
  mean: makeSlo({
    id: 'mean-cost',
    objective: null,
    rows: {},
    severities: ['ticket'],
    window: 7 * day,
    sli: { kind: 'mean-change', field: 'costUsd', within: 0.15, days: 30 },
  }),
} as const;

const refusals = (refused: number, total: number, days = 28): Measurement => ({
  kind: 'refusals',
  window: { refused, total },
  baseline: { refused: 800, total: 40_000, days },
});
const quantile = (value: number, over: number, total: number, days = 28): Measurement => ({
  kind: 'quantile',
  window: { value, over, total },
  baseline: { value: 4_000, total: 200_000, days },
});
/** Days around 1 cent, 2% apart at the quartiles. */
const steadyDays = Array.from({ length: 30 }, (_, index) => 0.01 * (1 + 0.03 * Math.sin(index * 2.4)));
const mean = (value: number, dailyMeans: readonly number[] = steadyDays): Measurement => ({
  kind: 'mean',
  window: { mean: value, total: 70_000, days: 7 },
  dailyMeans,
});

describe('a kind of change', () => {
  test.each<{
    what: string;
    slo: keyof typeof kinds;
    measurement: Measurement;
    fires: boolean;
    reason: RegExp;
  }>([
    {
      what: 'refusals from 2% to 5%',
      slo: 'refusals',
      measurement: refusals(500, 10_000),
      fires: true,
      reason:
        /^Refusals went up in the last seven days: one in twenty of all answers, where one in 50 is normal; a rise of 1\.5 points is allowed\.\nRefusals over 7 d went from 2% to 5%, 2 times the 1\.5 points that are allowed\. By chance: \d(\.\d)?e-\d+; 1e-5 is asked\.$/,
    },
    {
      what: 'refusals from 2% to 3%',
      slo: 'refusals',
      measurement: refusals(300, 10_000),
      fires: false,
      reason: /Within bounds: 0\.667 of the change/,
    },
    {
      what: 'refusals from 2% to 5% of 200',
      slo: 'refusals',
      measurement: refusals(10, 200),
      fires: false,
      reason: /Within bounds: 2 of the change/,
    },
    {
      what: 'fewer refusals',
      slo: 'refusals',
      measurement: refusals(10, 10_000),
      fires: false,
      reason: /Within bounds: 0 of the change/,
    },
    {
      what: 'a 99th percentile of 2.5 times',
      slo: 'quantile',
      measurement: quantile(10_000, 170, 10_000),
      fires: true,
      reason:
        /^One answer in 100 had a time to the whole answer of over 10 s in the last 24 hours; normal is 4 s, and twice that is too much\.\nThe 99th percentile of totalMs over 24 h is 10,000 against 4,000 in the 28 days before; it fires at 2 times/,
    },
    {
      what: 'a 99th percentile of 1.9 times',
      slo: 'quantile',
      measurement: quantile(7_600, 90, 10_000),
      fires: false,
      reason: /Within bounds: 0\.95/,
    },
    {
      what: 'three slow answers of 60',
      slo: 'quantile',
      measurement: quantile(20_000, 3, 60),
      fires: false,
      reason: /Within bounds: 2\.5/,
    },
    {
      what: 'a mean cost 25% up',
      slo: 'mean',
      measurement: mean(0.0125),
      fires: true,
      reason:
        /^The mean cost was \$0\.013 in .*, 25% over the normal \$0\.01; 15% is allowed\.\n.*2[45](\.\d)?% over the median of 30 days/,
    },
    {
      what: 'a mean cost 25% down',
      slo: 'mean',
      measurement: mean(0.0075),
      fires: true,
      reason: /under the median of 30 days/,
    },
    {
      what: 'a mean cost 14% up',
      slo: 'mean',
      measurement: mean(0.0114),
      fires: false,
      reason: /Within bounds: 0\.9/,
    },
    {
      what: 'a mean cost 25% up where days differ by as much',
      slo: 'mean',
      measurement: mean(
        0.0125,
        steadyDays.map((value, index) => value * (index % 2 === 0 ? 0.75 : 1.25)),
      ),
      fires: false,
      reason: /Within bounds: /,
    },
  ])('$what: fires $fires', ({ slo, measurement, fires, reason }) => {
    const { evaluation, reason: say } = evaluateSlo({ slo: kinds[slo], measurement, now: start });
    expect(evaluation.firing.ticket).toBe(fires);
    expect(evaluation.measured).toBe(true);
    expect(fires ? evaluation.transitions[0]?.reason : say()).toMatch(reason);
  });

  test.each<{ slo: keyof typeof kinds; measurement: Measurement; reason: RegExp }>([
    {
      slo: 'refusals',
      measurement: refusals(5_000, 10_000, 6),
      reason: /the baseline has 6 days with events and needs 7/,
    },
    {
      slo: 'quantile',
      measurement: quantile(40_000, 5_000, 10_000, 1),
      reason: /the baseline has 1 day with events and needs 7/,
    },
    { slo: 'mean', measurement: mean(1, [0.01, 0.01]), reason: /the baseline has 2 days/ },
    { slo: 'refusals', measurement: refusals(0, 0), reason: /the current window has no events/ },
    { slo: 'quantile', measurement: quantile(0, 0, 0), reason: /the window has no events/ },
  ])('$slo without enough data is unmeasured and holds: $reason', ({ slo, measurement, reason }) => {
    const { evaluation, reason: say } = evaluateSlo({ slo: kinds[slo], measurement, now: start });
    expect(evaluation).toMatchObject({ measured: false, firing: { ticket: false } });
    expect(say()).toMatch(reason);
  });

  test('that cannot be measured any more keeps its alarm', () => {
    const fired = evaluateSlo({ slo: kinds.refusals, measurement: refusals(500, 10_000), now: start });
    const later = evaluateSlo({
      slo: kinds.refusals,
      measurement: refusals(0, 0),
      previous: fired.state,
      now: start + hour,
    });
    expect(later.evaluation.firing.ticket).toBe(true);
  });

  test('clears after ten minutes back within bounds', () => {
    const fired = evaluateSlo({ slo: kinds.refusals, measurement: refusals(500, 10_000), now: start });
    const first = evaluateSlo({
      slo: kinds.refusals,
      measurement: refusals(300, 10_000),
      previous: fired.state,
      now: start + minute,
    });
    expect(first.evaluation.firing.ticket).toBe(true);
    const second = evaluateSlo({
      slo: kinds.refusals,
      measurement: refusals(300, 10_000),
      previous: first.state,
      now: start + 11 * minute,
    });
    expect(second.evaluation.firing.ticket).toBe(false);
  });

  test('speaks through the ticket, else through the least severe severity it has', () => {
    const fires = (severities: typeof kinds.refusals.severities) =>
      evaluateSlo({ slo: { ...kinds.refusals, severities }, measurement: refusals(900, 10_000), now: start })
        .evaluation.firing;
    expect(fires(['page', 'ticket', 'digest'])).toMatchObject({ page: false, ticket: true, digest: false });
    expect(fires(['page', 'digest'])).toMatchObject({ page: false, digest: true });
    expect(fires([])).toEqual({ rollback: false, page: false, ticket: false, digest: false });
  });

  test('with a measurement of another kind is a mistake that says so', () => {
    expect(() => evaluateSlo({ slo: kinds.mean, measurement: refusals(1, 100), now: start })).toThrow(
      /of kind mean-change came with a measurement of kind "refusals"/,
    );
  });
});

describe('a baseline', () => {
  test('is the 28 days before the window, or as many as the mean wants', () => {
    expect(baselinePeriod(kinds.refusals, undefined, start)).toEqual({
      from: start - 35 * day,
      to: start - 7 * day,
    });
    expect(baselinePeriod(kinds.mean, undefined, start)).toEqual({
      from: start - 37 * day,
      to: start - 7 * day,
    });
  });

  test('is frozen while the SLO is in alarm', () => {
    const fired = evaluateSlo({ slo: kinds.refusals, measurement: refusals(500, 10_000), now: start });
    const after = evaluateSlo({
      slo: kinds.refusals,
      measurement: refusals(500, 10_000),
      previous: fired.state,
      now: start + 5 * day,
    });
    expect(baselinePeriod(kinds.refusals, after.state, start + 6 * day)).toEqual({
      from: start - 35 * day,
      to: start - 7 * day,
    });
  });

  test('of a multiple of the median must cover a week', () => {
    const slo = makeSlo({ objective: 0.995, sli: { kind: 'median-multiple', field: 'costUsd', times: 10 } });
    const measure = (baselineDays: number) =>
      evaluateSlo({
        slo,
        measurement: {
          kind: 'counts',
          series: makeSeries({ lasts: 24, good: 99, total: 100 }),
          baselineDays,
        },
        now: start + day,
      }).evaluation.measured;
    expect([measure(6), measure(7)]).toEqual([false, true]);
  });
});
