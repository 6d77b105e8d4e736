import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import type { SloOutcome, Transition } from '#core/slo/alarms/evaluation.ts';
import type { SloState } from '#core/slo/alarms/state.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { buildSeries, type CountSeries } from '#core/slo/rules/count-series.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';

/** A Monday, midnight. */
export const start = Date.UTC(2026, 0, 5);

/** The rows that ship for objectives of 95% and under. */
export const lenientRows = {
  rollback: { long: hour, short: 5 * minute, burn: 3 },
  page: { long: 6 * hour, short: 30 * minute, burn: 2, detector: 'page' },
  ticket: { long: day, short: 2 * hour, burn: 1.5, detector: 'warn' },
  digest: { long: 7 * day, burn: 1 },
} as const;

/** Accepted answers at 92% over 24 h, on a surface of tier 1, unless told otherwise. */
export function makeSlo(different: Partial<Slo> = {}): Slo {
  return {
    id: 'accepted',
    surface: 'chat',
    title: 'answers users accept',
    category: 'quality',
    headline: true,
    sli: { kind: 'accepted' },
    objective: 0.92,
    window: day,
    tier: 1,
    owner: 'chat-team',
    severities: ['rollback', 'page', 'ticket', 'digest'],
    rows: lenientRows,
    calibration: 'none',
    runbook: 'https://example.org/runbook#accepted',
    ...different,
  };
}

export function makeJudgeSlo(different: Partial<Slo> = {}): Slo {
  return makeSlo({ id: 'judge-pass', sli: { kind: 'judge-pass' }, calibration: 'required', ...different });
}

/** A valid calibration of a judge of .93/.75 on a healthy service: it passes 89.26% where people pass 94.5%. */
export function makeCalibration(different: Partial<SloCalibration> = {}): SloCalibration {
  return {
    state: 'valid',
    reason: '200 ratings of two weeks',
    ratings: 200,
    population: {
      strata: [
        { judgePass: false, judged: 7_518, rated: 100, passed: 62 },
        { judgePass: true, judged: 62_482, rated: 100, passed: 98 },
      ],
    },
    ...different,
  };
}

/** A stretch of even traffic. */
export interface Stretch {
  /** Hours. */
  readonly lasts: number;
  /** Good events of each 5-minute bucket. */
  readonly good: number;
  readonly total: number;
}

/** Even traffic from `start` on, stretch after stretch. */
export function makeSeries(...stretches: readonly Stretch[]): CountSeries {
  const buckets: { at: number; good: number; total: number }[] = [];
  let at = start;
  for (const { lasts, good, total } of stretches) {
    for (const end = at + lasts * hour; at < end; at += bucketWidth) buckets.push({ at, good, total });
  }
  return buildSeries(buckets);
}

export interface Replay {
  readonly slo: Slo;
  readonly series: CountSeries;
  readonly calibration?: SloCalibration | ((now: number) => SloCalibration | undefined) | undefined;
  readonly context?: ((now: number) => SloContext) | undefined;
  /** Hours after `start`. */
  readonly from?: number;
  readonly to: number;
  readonly previous?: SloState | undefined;
  /** Milliseconds; 5 minutes unless given. */
  readonly tick?: number;
}

export interface Replayed {
  readonly transitions: readonly Transition[];
  readonly last: SloOutcome;
  /** `page ALARM 3.5`: severity, new state, hours after `start`. */
  readonly progress: readonly string[];
}

/** Ticks after `from` up to `to`, in hours after `start`. */
export function replay({
  slo,
  series,
  calibration,
  context,
  from = 0,
  to,
  previous,
  tick = 5 * minute,
}: Replay): Replayed {
  const transitions: Transition[] = [];
  let last: SloOutcome | undefined;
  for (let now = start + from * hour + tick; now <= start + to * hour; now += tick) {
    last = evaluateSlo({
      slo,
      measurement: { kind: 'counts', series },
      calibration: typeof calibration === 'function' ? calibration(now) : calibration,
      previous: last?.state ?? previous,
      now,
      context: context?.(now),
    });
    transitions.push(...last.evaluation.transitions);
  }
  if (last === undefined) throw new Error('the replay had no tick: let it last longer');
  const progress = transitions.map(
    ({ severity, to: state, at }) => `${severity} ${state} ${Number(((at - start) / hour).toFixed(2))}`,
  );
  return { transitions, last, progress };
}
