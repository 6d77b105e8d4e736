import { describe, expect, test } from 'vitest';
import type { Slo } from '#core/slo/definition/slo.ts';
import { backtestSlo } from '#core/slo/replay/backtest.ts';
import { watchFiring } from '#core/slo/replay/watch-firing.ts';
import { CountSeries } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { lenientRows, makeJudgeSlo, makeSlo, start } from '../../../support/make-slo.ts';

const rows = { ...lenientRows, page: { ...lenientRows.page, spent: 7 * day } };
const severities = ['page', 'ticket'] as const;
const leaking = makeSlo({ rows, severities: [...severities] });
const perBucket = 35;

/** Ten thousand events a day, of which this share is good on each day. */
function makeDays(days: number, shareOf: (day: number) => number, seed = 'leak'): CountSeries {
  const random = createRandom(seed);
  const series = new CountSeries();
  for (let at = start; at < start + days * day; at += bucketWidth)
    series.add({ at, good: random.binomial(perBucket, shareOf((at - start) / day)), total: perBucket });
  return series;
}

const drop = (days: number) => makeDays(days, (at) => (at < 8 ? 0.945 : 0.88));
const run = (slo: Slo, series: CountSeries, context = {}) =>
  backtestSlo({ slo, series, from: start + 7 * day, tick: hour, context });
const pages = (slo: Slo, series: CountSeries) =>
  run(slo, series).transitions.filter(({ severity, to }) => severity === 'page' && to === 'ALARM');

describe('a drop that the page finds by luck only', () => {
  const result = run(leaking, drop(14));
  const [ticket] = result.transitions.filter(({ severity }) => severity === 'ticket');
  const [page] = result.transitions.filter(({ severity }) => severity === 'page');

  test('pages once the budget of seven days is spent, and not without that look', () => {
    const days = ((page?.at ?? 0) - start) / day - 8;
    expect(days).toBeGreaterThan(2.5);
    expect(days).toBeLessThan(4);
    expect(page?.reason).toContain('The error budget of seven days is spent: one answer in ');
    expect(page?.reason).toMatch(/were bad \(8\.\d+%\) over 7 d/);
    expect(pages({ ...leaking, rows: lenientRows }, drop(14))).toEqual([]);
  });

  test('its ticket tells what is left of that budget and when it pages', () => {
    expect(ticket?.to).toBe('ALARM');
    const left =
      /Of the budget of 7 d (\d+)(\.\d+)?% is left; at this rate it is spent in (.*), which pages\./.exec(
        ticket?.reason ?? '',
      );
    expect(Number(left?.[1])).toBeGreaterThan(20);
    expect(Number(left?.[1])).toBeLessThan(33);
  });

  test('the alarm is drawn over the seven days', () => {
    expect(result.last?.evaluation.firing.page).toBe(true);
    expect(result.last?.evaluation.alarmWindow).toMatchObject({ severity: 'page', width: 7 * day });
    expect(result.last?.reason()).toContain('The error budget of seven days is spent: one answer in ');
  });

  test('the very tick is the simulation’s', () => {
    const series = drop(14);
    const watch = watchFiring({ slo: { ...leaking, severities: ['page'] }, series });
    for (let now = start + 7 * day + hour; now <= start + 14 * day; now += hour) watch.tick(now);
    expect(watch.fired.get('page')).toBe(pages({ ...leaking, severities: ['page'] }, series)[0]?.at);
  });
});

test('a point a week is paged in the second week under the objective', () => {
  const series = makeDays(40, (at) => (at < 7 ? 0.945 : 0.945 - (0.01 * (at - 7)) / 7));
  const crossed = 7 + 17.5;
  const [page] = pages({ ...leaking, severities: ['page'] }, series);
  const after = ((page?.at ?? 0) - start) / day - crossed;
  expect(after).toBeGreaterThan(3);
  expect(after).toBeLessThan(12);
});

test('it clears soon after the recovery, though the seven days are overspent for days yet', () => {
  const series = makeDays(18, (at) => (at >= 8 && at < 13 ? 0.88 : 0.945));
  const { transitions } = run(leaking, series);
  const cleared = transitions.filter(({ severity, to }) => severity === 'page' && to === 'OK');
  const sounds = transitions.filter(({ at, to }) => to === 'ALARM' && at > start + 13.5 * day);
  expect(cleared).toHaveLength(1);
  expect(((cleared[0]?.at ?? 0) - start) / hour - 13 * 24).toBeLessThan(8);
  expect(sounds).toEqual([]);
});

test('months at the usual rate and at the objective itself are not paged', () => {
  for (const share of [0.945, 0.921])
    expect(
      pages(
        leaking,
        makeDays(37, () => share, `month/${share}`),
      ),
    ).toEqual([]);
});

test('without a calibration a judge’s ticket promises no page', () => {
  const slo = makeJudgeSlo({ rows, severities: [...severities] });
  const { transitions } = run(slo, drop(12));
  expect(transitions.map(({ severity }) => severity)).toContain('ticket');
  for (const { reason } of transitions) expect(reason).not.toContain('which pages');
});

test('a service two days old has not spent the budget of seven, and is told how much it has', () => {
  const young = makeDays(2, () => 0.88, 'young');
  const { transitions } = backtestSlo({ slo: leaking, series: young, from: start, tick: hour });
  expect(transitions.map(({ severity }) => severity)).toEqual(['ticket']);
  const left =
    /Of the budget of 7 d (\d+(?:\.\d+)?)% is left; at this rate it is spent in (.*) d, which pages/.exec(
      transitions[0]?.reason ?? '',
    );
  expect(Number(left?.[1])).toBeGreaterThan(90);
  expect(Number(left?.[2])).toBeGreaterThan(3.5);
  const ever = makeDays(9, () => 0.88, 'young');
  const [page] = backtestSlo({ slo: leaking, series: ever, from: start, tick: hour }).transitions.filter(
    ({ severity }) => severity === 'page',
  );
  // A burn of 1.5 spends seven days in four and two thirds.
  expect(((page?.at ?? 0) - start) / day).toBeGreaterThan(4);
  expect(((page?.at ?? 0) - start) / day).toBeLessThan(5.5);
});
