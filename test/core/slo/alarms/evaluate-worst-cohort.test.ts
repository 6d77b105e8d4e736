import { describe, expect, test } from 'vitest';
import {
  type Cohort,
  type CohortOutcome,
  evaluateWorstCohort,
} from '#core/slo/alarms/evaluate-worst-cohort.ts';
import { readCohortState } from '#core/slo/alarms/state.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { makeCalibration, makeJudgeSlo, makeSeries, makeSlo, start } from '../../../support/make-slo.ts';

const slo = makeSlo({ severities: ['page', 'ticket'] });

function run(
  cohorts: ReadonlyMap<string, Cohort>,
  hours: number,
  different: { from?: number; previous?: CohortOutcome['state']; slo?: typeof slo } = {},
) {
  let outcome: CohortOutcome | undefined;
  const transitions: CohortOutcome['evaluation']['transitions'][number][] = [];
  const { from = 0 } = different;
  for (
    let now = start + from * hour + bucketWidth;
    now <= start + (from + hours) * hour;
    now += bucketWidth
  ) {
    outcome = evaluateWorstCohort({
      slo: different.slo ?? slo,
      cohorts,
      previous: outcome?.state ?? different.previous,
      now,
    });
    transitions.push(...outcome.evaluation.transitions);
  }
  if (outcome === undefined) throw new Error('no tick');
  return { outcome, transitions };
}

function simulateCohorts(
  count: number,
  days: number,
  rateOf: (index: number) => number,
): Map<string, Cohort> {
  const cohorts = new Map<string, Cohort>();
  for (let index = 0; index < count; index += 1) {
    const random = createRandom(`cohort-${index}`);
    const buckets = Array.from({ length: days * 288 }, (_, bucket) => {
      const total = random.binomial(200, 0.05);
      return { at: start + bucket * bucketWidth, good: random.binomial(total, rateOf(index)), total };
    });
    cohorts.set(`cohort-${index}`, { series: buildSeries(buckets) });
  }
  return cohorts;
}

describe('cohorts watched as one', () => {
  test('one of 20, 9 points down, alarms with its name while the global number is green', () => {
    const cohorts = simulateCohorts(20, 2, (index) => (index === 7 ? 0.855 : 0.945));
    const { outcome, transitions } = run(cohorts, 48);
    const total = [...cohorts.values()].map(({ series }) => series.between(start, start + 2 * day));
    const global =
      total.reduce((sum, { good }) => sum + good, 0) / total.reduce((sum, { total: all }) => sum + all, 0);
    expect(global).toBeGreaterThan(0.935);
    expect(transitions[0]?.reason).toMatch(
      /^In "cohort-7": one answer in .*\nIn "cohort-7", one of 20 watched: /,
    );
    expect(transitions.every(({ reason }) => !/cohort-(?!7")/.test(reason))).toBe(true);
    expect(outcome.worst).toBe('cohort-7');
    expect(outcome.evaluation.raw.value).toBeCloseTo(0.855, 1);
  });

  test('of 50 healthy ones none alarms in two days', () => {
    const { outcome, transitions } = run(
      simulateCohorts(50, 2, () => 0.945),
      48,
    );
    expect(transitions).toEqual([]);
    expect(outcome.evaluation.detectors.warn?.firesAt).toBe(2_400 * 50);
    expect(outcome.evaluation.rows.page?.alpha).toBeCloseTo(1e-5 / 50, 20);
  });

  test('clear when the culprit has recovered', () => {
    const cohorts = new Map([
      [
        'eu',
        {
          series: makeSeries(
            { lasts: 24, good: 95, total: 100 },
            { lasts: 6, good: 70, total: 100 },
            { lasts: 30, good: 95, total: 100 },
          ),
        },
      ],
      ['us', { series: makeSeries({ lasts: 60, good: 95, total: 100 }) }],
    ]);
    const { outcome, transitions } = run(cohorts, 60);
    expect(transitions[0]).toMatchObject({ to: 'ALARM' });
    expect(outcome.evaluation.firing.page || outcome.evaluation.firing.ticket).toBe(false);
  });

  test('keep the alarm of one that fell silent, until it is left out', () => {
    const eu = { series: makeSeries({ lasts: 6, good: 70, total: 100 }) };
    const us = { series: makeSeries({ lasts: 60, good: 95, total: 100 }) };
    const during = run(
      new Map([
        ['eu', eu],
        ['us', us],
      ]),
      30,
    ).outcome;
    expect(during.evaluation.firing.page).toBe(true);
    const after = run(new Map([['us', us]]), 1, { from: 30, previous: during.state }).outcome;
    expect(after.evaluation.firing).toMatchObject({ page: false, ticket: false });
    expect(Object.keys(after.state.cohorts)).toEqual(['us']);
  });

  test('without any are unmeasured and hold', () => {
    const { outcome } = run(new Map(), 1);
    expect(outcome.evaluation).toMatchObject({ measured: false, pressure: { page: 0 } });
    expect(outcome.worst).toBeUndefined();
    expect(outcome.reason()).toMatch(/there are no cohorts/);
  });

  test('a replayed tick changes nothing', () => {
    const cohorts = new Map([['eu', { series: makeSeries({ lasts: 6, good: 70, total: 100 }) }]]);
    const { outcome } = run(cohorts, 5);
    const again = evaluateWorstCohort({ slo, cohorts, previous: outcome.state, now: outcome.state.at });
    expect(again.state).toBe(outcome.state);
    expect(again.evaluation.transitions).toEqual([]);
  });

  test('their state is read back from JSON', () => {
    const { outcome } = run(new Map([['eu', { series: makeSeries({ lasts: 6, good: 70, total: 100 }) }]]), 5);
    expect(readCohortState(JSON.parse(JSON.stringify(outcome.state)))).toEqual({
      ok: true,
      state: outcome.state,
    });
  });
});

describe("cohorts on a judge's word", () => {
  const judged = makeJudgeSlo({ severities: ['page', 'ticket'] });
  const series = makeSeries({ lasts: 12, good: 60, total: 100 });

  test.each<{ whose: string; cohort: Cohort; fires: string }>([
    { whose: 'its own', cohort: { series, calibration: makeCalibration() }, fires: 'page' },
    {
      whose: "the surface's",
      cohort: { series, calibration: makeCalibration({ borrowed: true }) },
      fires: 'ticket',
    },
    { whose: 'no', cohort: { series }, fires: 'ticket' },
  ])('with $whose calibration fire a $fires at most', ({ cohort, fires }) => {
    const { transitions } = run(new Map([['eu', cohort]]), 12, { slo: judged });
    expect(transitions.find(({ to }) => to === 'ALARM')?.severity).toBe(fires);
    expect(transitions.some(({ severity }) => severity === 'page')).toBe(fires === 'page');
  });
});
