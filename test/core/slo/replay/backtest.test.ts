import { describe, expect, test } from 'vitest';
import { backtestAll, backtestSlo } from '#core/slo/replay/backtest.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { makeSeries, makeSlo, replay, start } from '../../../support/make-slo.ts';

const slo = makeSlo({ severities: ['page', 'ticket'] });
const series = makeSeries(
  { lasts: 24, good: 9.5, total: 10 },
  { lasts: 6, good: 7, total: 10 },
  { lasts: 30, good: 9.5, total: 10 },
);

describe('a backtest', () => {
  test('is the evaluation tick by tick, and nothing else', () => {
    expect(backtestSlo({ slo, series }).transitions).toEqual(replay({ slo, series, to: 60 }).transitions);
  });

  test('counts the time in alarm, a masked one not', () => {
    const { timeInAlarm, transitions } = backtestSlo({ slo, series });
    const spans = { page: 0, ticket: 0 };
    for (const { severity, to, at } of transitions) {
      if (severity === 'page' || severity === 'ticket') spans[severity] += to === 'ALARM' ? -at : at;
    }
    expect(timeInAlarm).toEqual({ rollback: 0, digest: 0, ...spans });
  });

  test('counts what fires while all was well as false, where that is known', () => {
    const drop = start + 24 * hour;
    expect(backtestSlo({ slo, series }).falseAlarms).toBeNull();
    expect(backtestSlo({ slo, series, isHealthy: (at) => at < drop }).falseAlarms).toBe(0);
    expect(backtestSlo({ slo, series, isHealthy: () => true }).falseAlarms).toBeGreaterThan(0);
  });

  test('sees at no tick what comes after it', () => {
    const cut = makeSeries({ lasts: 24, good: 9.5, total: 10 }, { lasts: 3, good: 7, total: 10 });
    const to = start + 27 * hour;
    expect(backtestSlo({ slo, series, to }).last?.evaluation).toEqual(
      backtestSlo({ slo, series: cut, to }).last?.evaluation,
    );
  });

  test('stops where it is told to', () => {
    const { transitions, to } = backtestSlo({ slo, series, stopAfter: ({ to: state }) => state === 'ALARM' });
    expect(transitions).toHaveLength(1);
    expect(to).toBe(transitions[0]?.at);
  });

  test('of nothing has no tick', () => {
    expect(backtestSlo({ slo, series: buildSeries([]) })).toMatchObject({
      ticks: 0,
      transitions: [],
      last: undefined,
    });
  });

  test('of many series lists transitions in order of time', () => {
    const { results, transitions } = backtestAll([
      { slo, series },
      { slo: makeSlo({ id: 'other' }), series },
    ]);
    expect(results.map(({ slo: id }) => id)).toEqual(['accepted', 'other']);
    expect(transitions.map(({ at }) => at)).toEqual(
      transitions.map(({ at }) => at).toSorted((a, b) => a - b),
    );
  });
});

test('a regression of 3 days at .80 clears within a day of recovery', () => {
  const random = createRandom('recovery');
  const recovery = start + 5 * day;
  const buckets = Array.from({ length: 7 * 288 }, (_, index) => {
    const at = start + index * bucketWidth;
    const total = random.binomial(1_000, 0.035);
    return { at, good: random.binomial(total, at >= start + 2 * day && at < recovery ? 0.8 : 0.945), total };
  });
  const { transitions, last } = backtestSlo({ slo, series: buildSeries(buckets) });
  expect(transitions[0]?.at).toBeLessThan(start + 2 * day + 2 * hour);
  expect(last?.evaluation.firing).toMatchObject({ page: false, ticket: false });
  expect(transitions.at(-1)?.at).toBeLessThan(recovery + day);
});
