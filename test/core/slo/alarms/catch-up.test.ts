import { describe, expect, it } from 'vitest';
import {
  catchUp,
  findBacklog,
  findMissedTicks,
  findPassedAlarms,
  rewind,
} from '#core/slo/alarms/catch-up.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import type { SloState } from '#core/slo/alarms/state.ts';
import { assumeCalibration, assumedJudge } from '#core/slo/replay/assumed-calibration.ts';
import { backtestSlo } from '#core/slo/replay/backtest.ts';
import { type Bucket, buildSeries } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { makeSlo } from '#test/support/make-slo.ts';

const start = Date.parse('2026-03-02T00:00:00Z');
const outage = { from: start + 8 * day, to: start + 8 * day + 2 * hour };
const random = createRandom('away');
const series = buildSeries(
  Array.from({ length: (9 * day) / bucketWidth }, (_, index) => {
    const at = start + index * bucketWidth;
    return { at, good: random.binomial(35, at >= outage.from && at < outage.to ? 0.4 : 0.945), total: 35 };
  }),
);
const slo = makeSlo({ objective: 0.92, severities: ['page', 'ticket'] });
const measurement = { kind: 'counts', series } as const;
const evaluate = (previous: SloState | undefined, now: number) =>
  evaluateSlo({ slo, measurement, previous, now });

describe('the ticks that were missed', () => {
  it('are none within a quarter of an hour, and else one a bucket', () => {
    expect(findMissedTicks(start, start + 15 * minute)).toEqual([]);
    expect(findMissedTicks(start + minute, start + 16 * minute + 1)).toEqual([
      start + 5 * minute,
      start + 10 * minute,
      start + 15 * minute,
    ]);
  });

  it('lie further apart the longer it was, and none before what may still change', () => {
    const week = findMissedTicks(start, start + 7 * day);
    expect(week).toHaveLength(143);
    expect(week[0]).toBe(start + 4 * day + 30 * minute);
    expect(findMissedTicks(start, start + day)).toHaveLength(95);
    expect(findMissedTicks(start, start + day, 3)).toHaveLength(31);
  });
});

describe('an evaluator that was away from the middle of an outage', () => {
  const left = outage.from + hour;
  const before = backtestSlo({ slo, series, from: start + 7 * day, to: left }).last?.state;

  it('stands where it would have stood', () => {
    const back = outage.to + hour;
    const { state, transitions } = catchUp(before, back, evaluate);
    const present = backtestSlo({ slo, series, from: start + 7 * day, to: back - bucketWidth });
    expect(state).toEqual(present.last?.state);
    expect(transitions).toEqual(present.transitions.filter(({ at }) => at > left));
  });

  it('rings for nothing that is over, which all at once would', () => {
    const back = outage.to + 3 * hour;
    const { state } = catchUp(before, back, evaluate);
    expect(evaluate(state, back).evaluation.firing).toMatchObject({ page: false, ticket: false });
    expect(evaluate(before, back).evaluation.firing.page).toBe(true);
  });
});

describe("a warning on the judge's word that nobody saw", () => {
  it('waits for the anchors from when it is seen, as it would have from its start', () => {
    const judged = makeSlo({
      sli: { kind: 'judge-pass' },
      calibration: 'required',
      severities: ['page', 'ticket'],
    });
    const calibration = assumeCalibration({ judge: assumedJudge, ratings: 400, passShare: 0.945 });
    const context = { anchors: { state: 'pending' } } as const;
    const tick = (previous: SloState | undefined, now: number) =>
      evaluateSlo({ slo: judged, measurement, calibration, previous, now, context });
    const first = tick(undefined, outage.from).state;
    const back = outage.from + 2 * hour;
    const { state } = catchUp(first, back, tick);
    expect(state).toMatchObject({ warnedAt: back - bucketWidth, alarms: { ticket: { firing: true } } });
    const { evaluation } = tick(state, back);
    expect(evaluation.firing.page).toBe(false);
    expect(evaluation.held.page).toContain('the page waits for it 25 min more at most');
  });
});

describe('a backlog of twelve hours', () => {
  const came = { from: start + 7 * day + 12 * hour, to: start + 8 * day };
  const bad = came.from + 4 * hour;
  const buckets: Bucket[] = [...series.buckets()].map((bucket) =>
    bucket.at >= bad && bucket.at < bad + hour ? { ...bucket, good: Math.round(bucket.good / 2) } : bucket,
  );
  const whole = buildSeries(buckets);
  const inTime = buildSeries(buckets.filter(({ at }) => at < came.from || at >= came.to));
  const onTime = backtestSlo({ slo, series: whole, from: start + 7 * day, to: came.to });
  const waiting = backtestSlo({ slo, series: inTime, from: start + 7 * day, to: came.to }).last?.state;
  if (waiting === undefined) throw new Error('no state');
  const tick = (previous: SloState | undefined, now: number) =>
    evaluateSlo({ slo, measurement: { kind: 'counts', series: whole }, previous, now });
  const now = came.to + minute;

  it('is gone through in the order of its hours: what it tells of a bad one is what had been told in time', () => {
    const backlog = findBacklog(waiting, whole, now);
    expect(backlog).toBe(came.from);
    const { state, transitions } = catchUp(rewind(waiting, backlog ?? 0), now, tick);
    const late = findPassedAlarms([transitions]);
    const seen = findPassedAlarms([onTime.transitions]);
    expect(seen.map(({ severity }) => severity)).toEqual(['page']);
    expect(late.map(({ severity }) => severity)).toEqual(['page']);
    expect(Math.abs((late[0]?.from ?? 0) - (seen[0]?.from ?? 0))).toBeLessThanOrEqual(15 * minute);
    const detectors = onTime.last?.state.memory.detectors;
    for (const name of ['page', 'warn'] as const)
      expect(state?.memory.detectors[name]?.evidence[0]).toBeCloseTo(detectors?.[name]?.evidence[0] ?? -1, 2);
    // All at once the good hours hide the page, and a ticket rings for what is over.
    const atOnce = tick(waiting, now).evaluation.transitions;
    expect(atOnce.map(({ severity, to }) => [severity, to])).toEqual([['ticket', 'ALARM']]);
  });

  it('is none where its hours came in time, some of them came, or all came within the last quarter of an hour', () => {
    expect(findBacklog(waiting, inTime, now)).toBeUndefined();
    const some = buildSeries(buckets.filter(({ at }) => at < came.from || at % (2 * bucketWidth) === 0));
    const last = backtestSlo({ slo, series: some, from: start + 7 * day, to: came.to }).last?.state;
    expect(last && findBacklog(last, whole, now)).toBeUndefined();
    expect(findBacklog(waiting, whole, came.from + hour + 10 * minute)).toBeUndefined();
  });

  it('leaves a state as it is that moved meanwhile all the same', () => {
    const raised = { firing: true, pressure: 2, byPeople: true, raisedAt: came.from + 3 * hour };
    const moved: SloState = { ...waiting, alarms: { ...waiting.alarms, page: raised } };
    expect(rewind(moved, came.from + hour)).toBe(moved);
    expect(rewind(moved, came.from + 3 * hour).at).toBe(came.from + 3 * hour);
    expect(rewind(waiting, came.to + hour)).toBe(waiting);
  });
});

describe('alarms that are over', () => {
  const moved = (severity: Transition['severity'], to: Transition['to'], at: number): Transition => ({
    at,
    slo: 'x',
    surface: 'y',
    severity,
    from: to === 'ALARM' ? 'OK' : 'ALARM',
    to,
    reason: `${severity} at ${at}`,
  });

  it('are those that began and ended, the most severe one of those at the same time, in their order', () => {
    const whole = [
      moved('page', 'OK', 1),
      moved('ticket', 'ALARM', 10),
      moved('page', 'ALARM', 12),
      moved('ticket', 'OK', 12),
      moved('page', 'OK', 20),
      moved('page', 'ALARM', 40),
    ];
    const cohorts = [
      moved('ticket', 'ALARM', 5),
      moved('ticket', 'OK', 8),
      moved('page', 'ALARM', 19),
      moved('page', 'OK', 22),
    ];
    expect(findPassedAlarms([whole, cohorts])).toEqual([
      { severity: 'ticket', from: 5, to: 8, reason: 'ticket at 5' },
      { severity: 'page', from: 12, to: 20, reason: 'page at 12' },
    ]);
  });
});
