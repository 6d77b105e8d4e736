import { describe, expect, test } from 'vitest';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { hour, minute } from '#core/time.ts';
import {
  makeCalibration,
  makeJudgeSlo,
  makeSeries,
  makeSlo,
  replay,
  start,
} from '../../../support/make-slo.ts';

const healthy = { good: 95, total: 100 };
const broken = { good: 40, total: 100 };
const slo = makeSlo({ severities: ['rollback'] });
const at = (hours: number) => start + hours * hour;

describe('a rollback', () => {
  test('stands for half an hour, though all is well after five minutes', () => {
    const series = makeSeries(
      { lasts: 6, ...healthy },
      { lasts: 0.5, ...broken },
      { lasts: 6, good: 100, total: 100 },
    );
    const { progress } = replay({ slo, series, to: 12 });
    const [fired, cleared] = progress.map((step) => Number(step.split(' ')[2]));
    expect(progress).toHaveLength(2);
    expect((cleared ?? 0) - (fired ?? 0)).toBeCloseTo(0.5, 2);
  });

  test('stands on after half an hour while it is bad', () => {
    const series = makeSeries({ lasts: 6, ...healthy }, { lasts: 6, ...broken });
    expect(replay({ slo, series, to: 12 }).progress).toHaveLength(1);
  });

  test.each<{ end: string; context: SloContext; reason: string }>([
    {
      end: 'a new release',
      context: { release: { id: 'v42', at: at(6.75) } },
      reason: 'Cleared by the new release "v42".',
    },
    {
      end: 'a command',
      context: { rollbackClearedAt: at(6.75) },
      reason: 'Cleared by `assay rollback clear`.',
    },
  ])(
    'is ended by $end at once, and what went before is no case against what follows',
    ({ context, reason }) => {
      const series = makeSeries(
        { lasts: 6, ...healthy },
        { lasts: 0.75, ...broken },
        { lasts: 3, ...healthy },
      );
      const { progress, transitions, last } = replay({
        slo,
        series,
        to: 9,
        context: (now) => (now >= at(6.75) ? context : {}),
      });
      expect(progress).toHaveLength(2);
      expect(progress[1]).toBe('rollback OK 6.75');
      expect(transitions[1]?.reason).toBe(reason);
      expect(last.state.rollbackFrom).toBe(at(6.75));
    },
  );

  test('fires again when the new release is bad too', () => {
    const series = makeSeries({ lasts: 6, ...healthy }, { lasts: 3, ...broken });
    const { progress } = replay({
      slo,
      series,
      to: 9,
      context: (now) => (now >= at(7) ? { release: { id: 'v42', at: at(7) } } : {}),
    });
    expect(progress.map((step) => step.split(' ')[1])).toEqual(['ALARM', 'OK', 'ALARM']);
    expect(progress[1]).toBe('rollback OK 7');
  });

  test.each<{ what: string; context: SloContext }>([
    { what: 'a release from before it', context: { release: { id: 'v41', at: at(5) } } },
    { what: 'a command from before it', context: { rollbackClearedAt: at(5) } },
    { what: 'a release of the future', context: { release: { id: 'v43', at: at(40) } } },
  ])('is not ended by $what', ({ context }) => {
    const series = makeSeries({ lasts: 6, ...healthy }, { lasts: 3, ...broken });
    expect(replay({ slo, series, to: 9, context: () => context }).progress).toHaveLength(1);
  });
});

describe("a rollback on a judge's word", () => {
  const judged = makeJudgeSlo({ severities: ['rollback'] });
  const series = makeSeries({ lasts: 6, good: 89, total: 100 }, { lasts: 3, good: 30, total: 100 });
  const run = (context: (now: number) => SloContext) =>
    replay({ slo: judged, series, calibration: makeCalibration(), to: 9, context });

  test('fires on a healthy judge', () => {
    expect(run(() => ({})).progress[0]).toMatch(/^rollback ALARM 6\./);
  });

  test('is held while the judge is blocked, and says so', () => {
    const { progress, last } = run(() => ({ judgeUnhealthy: 'its circuit is open' }));
    expect(progress).toEqual([]);
    expect(last.evaluation.held.rollback).toBe('the judge is unhealthy (its circuit is open)');
    expect(last.evaluation.pressure.rollback).toBe(0.99);
    expect(last.reason()).toMatch(/Rollback is held: the judge is unhealthy/);
  });

  test('is held within its window after the rubric changed', () => {
    const { progress } = run(() => ({ rubricChangedAt: at(6) }));
    expect(progress[0]).toBe('rollback ALARM 7');
  });

  test('that stands neither clears nor fires anew while the judge is unhealthy', () => {
    const recovered = makeSeries(
      { lasts: 6, good: 89, total: 100 },
      { lasts: 0.5, good: 30, total: 100 },
      { lasts: 6, good: 100, total: 100 },
    );
    const { progress } = replay({
      slo: judged,
      series: recovered,
      calibration: makeCalibration(),
      to: 12,
      context: (now) => (now > at(6.5) && now < at(9) ? { judgeUnhealthy: 'blocked' } : {}),
    });
    expect(progress).toHaveLength(2);
    expect(Number(progress[1]?.split(' ')[2])).toBeGreaterThanOrEqual(9);
  });

  test('of an SLI that needs no judge is not held', () => {
    const plain = replay({
      slo,
      series,
      to: 9,
      context: () => ({ judgeUnhealthy: 'blocked', rubricChangedAt: at(6) }),
    });
    expect(plain.progress).toHaveLength(1);
    expect((plain.transitions[0]?.at ?? 0) - at(6)).toBeLessThan(30 * minute);
  });
});
