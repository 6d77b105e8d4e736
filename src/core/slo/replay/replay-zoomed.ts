import type { Severity } from '../../names.ts';
import { bucketWidth, day, floorTo } from '../../time.ts';
import { decideZoom, pressureOf } from '../alarms/decide-zoom.ts';
import { evaluateSlo, measuredEffect } from '../alarms/evaluate-slo.ts';
import type { Transition } from '../alarms/evaluation.ts';
import type { SloState } from '../alarms/state.ts';
import type { ZoomState } from '../alarms/zoom-state.ts';
import type { Slo } from '../definition/slo.ts';
import { CountSeries, type Counts, thinnedBy } from '../rules/count-series.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import { readUsual } from './read-usual.ts';

export interface ZoomedReplayInput {
  readonly slo: Slo;
  readonly calibration: SloCalibration | undefined;
  /** The judge's verdicts of a bucket at so many times the usual sampling rate: the world that is simulated. */
  readonly draw: (bucket: number, factor: number) => Counts;
  /** The greatest factor; 1 for a surface that is never zoomed. */
  readonly most: number;
  /** Events beyond the usual sample that a UTC day's money pays for. */
  readonly mayJudgeMore: number;
  /** Epoch milliseconds, on the edges of buckets. */
  readonly from: number;
  readonly to: number;
  /** Ends the replay after a transition for which it holds. */
  readonly stopAfter?: ((transition: Transition, state: SloState) => boolean) | undefined;
}

export interface ZoomedReplay {
  readonly transitions: readonly Transition[];
  /** Whether each severity was on, and when it came on first, epoch milliseconds. */
  readonly first: Partial<Record<Severity, number>>;
  readonly series: CountSeries;
  /** Verdicts, and how many of them came of zooming. */
  readonly judged: number;
  readonly judgedMore: number;
  /** Milliseconds at a factor over 1. */
  readonly zoomedFor: number;
}

/**
 * A world whose sample follows what the evaluator finds in it: each 5 minutes an SLO is evaluated and its surface's factor
 * decided, and the next 5 minutes are sampled so. It is how a deployed surface goes, but for what the queues take.
 */
export function replayZoomed(input: ZoomedReplayInput): ZoomedReplay {
  const { slo, calibration, draw, most, from, to, stopAfter } = input;
  const series = new CountSeries();
  const transitions: Transition[] = [];
  const first: Partial<Record<Severity, number>> = {};
  let [judged, judgedMore, moreToday, zoomedFor] = [0, 0, 0, 0];
  let state: SloState | undefined;
  let zoom: ZoomState | undefined;
  for (let bucket = from, stopped = false; bucket < to && !stopped; bucket += bucketWidth) {
    const factor = zoom?.factor ?? 1;
    const counts = draw(bucket, factor);
    const thinned = thinnedBy(counts, factor);
    series.add({ at: bucket, ...counts, thinned });
    if (floorTo(bucket, day) === bucket) moreToday = 0;
    judged += counts.total;
    judgedMore += thinned?.total ?? 0;
    moreToday += thinned?.total ?? 0;
    if (factor > 1) zoomedFor += bucketWidth;
    const now = bucket + bucketWidth;
    const measurement = { kind: 'counts', series } as const;
    const outcome = evaluateSlo({ slo, measurement, calibration, previous: state, now });
    state = outcome.state;
    for (const transition of outcome.evaluation.transitions) {
      transitions.push(transition);
      if (transition.to === 'ALARM') first[transition.severity] ??= now;
      if (stopAfter?.(transition, state) === true) stopped = true;
    }
    const watched = {
      id: slo.id,
      judge: 'simulated',
      objective: slo.objective ?? 1,
      series,
      designEffect: measuredEffect(state.dispersion),
      readUsual: (since: number, until: number) => readUsual(series, since, until),
      pressure: pressureOf(slo, outcome.evaluation),
    };
    const budget = { usedUsd: moreToday, mayUseUsd: input.mayJudgeMore };
    zoom = decideZoom({ most, slos: [watched], budget, previous: zoom, now });
  }
  return { transitions, first, series, judged, judgedMore, zoomedFor };
}
