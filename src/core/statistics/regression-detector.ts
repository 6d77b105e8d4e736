import { requireCount } from './checks.ts';
import {
  type DetectorPlan,
  type DetectorState,
  gatherEvidence,
  meanEvidence,
  type NewEvents,
  startDetector,
} from './detector.ts';
import { type Computed, notComputable } from './outcome.ts';
import { leastEvents } from './single-look.ts';

/** How much worse than the objective's error budget the alternatives are. */
export const failMultiples = [1.25, 1.5, 1.875, 2.5, 3.75] as const;

/** Hours on average between false alarms at the boundary, for one SLO watched by itself. */
export const hoursBetweenFalseAlarms = 2400;

const leastCap = 1e5;

/** Five alternatives are averaged: one of them alone must be able to reach the firing value, with room to spare. */
const capOverFiringValue = 10;

/** What a regression detector is made from. */
export interface RegressionPlanInput {
  /** p0, strictly between 0 and 1. */
  objective: number;
  /** m: the objective itself, `pageThresholdOfKnownRate`, or a threshold on the judge's scale. */
  threshold: number;
  /** c: points of the watched rate per point of the true rate; 1, but with the warn threshold the label-shift slope. */
  slope?: number | undefined;
  /** K: how many sub-SLOs are watched as one; 1 unless given. */
  watchedTogether?: number | undefined;
}

/** The threshold of the page detector where the rate needs no calibration: 1 - 1.5 (1 - objective). .92 gives .88. */
export function pageThresholdOfKnownRate(objective: number): number {
  return 1 - 1.5 * (1 - objective);
}

/** The value of the statistic at which `watchedTogether` sub-SLOs fire: 2,400 each. */
export function firingValue(watchedTogether = 1): number {
  requireCount('watchedTogether', watchedTogether);
  return hoursBetweenFalseAlarms * Math.max(1, watchedTogether);
}

/**
 * Makes a detector of sustained regressions: alternatives threshold - slope (objective - p1) for failing shares of
 * {@link failMultiples} times the budget, those above 0, equally weighted.
 *
 * Evidence is cut at 10^5 (with many watched together at ten times the firing value, which otherwise were out of reach).
 * Not computable where the threshold leaves (0, 1), the slope is not above 0, or no alternative is above 0.
 * Objective and threshold .92: alternatives .90, .88, .85, .80, .70.
 */
export function planRegressionDetector(input: RegressionPlanInput): Computed<{ plan: DetectorPlan }> {
  const { objective, threshold, slope = 1, watchedTogether = 1 } = input;
  if (!(threshold > 0 && threshold < 1)) {
    return notComputable(`the threshold ${threshold} leaves no room for a drop: it must lie between 0 and 1`);
  }
  if (!(slope > 0)) return notComputable('the judge says nothing of the true rate (slope at most 0)');
  const alternatives = failMultiples.map((multiple) => {
    const trueRate = 1 - (1 - objective) * multiple;
    const watchedRate = threshold - slope * (objective - trueRate);
    return trueRate > 0 && watchedRate > 0 && watchedRate < threshold ? watchedRate : null;
  });
  const possible = alternatives.filter((alternative) => alternative !== null).length;
  if (possible === 0) return notComputable('every alternative is a rate of 0 or less: raise the objective');
  const weights = alternatives.map((alternative) => (alternative === null ? 0 : 1 / possible));
  const cap = Math.max(leastCap, capOverFiringValue * firingValue(watchedTogether));
  return { ok: true, plan: { threshold, alternatives, weights, cap } };
}

/** The state of a regression detector before anything was seen. */
export function startRegressionDetector(): DetectorState {
  return startDetector(failMultiples.length);
}

/** Events of one tick, all of one hour. */
export interface DetectorTick extends NewEvents {
  /** Hours since 1970-01-01T00:00Z, a whole number. */
  hour: number;
  /** How many were counted, where dispersion makes them weigh less: 50 of these are wanted. */
  counted?: number | undefined;
}

/** A detector after a tick. */
export interface DetectorReading {
  state: DetectorState;
  /** M, the mean of the evidence. */
  statistic: number;
  /** ln M / ln(firing value), at least 0; held down in proportion while fewer than 50 events were seen; 1 fires. */
  pressure: number;
  /** Whether it fires on this tick: pressure at least 1, and the tick had events. */
  fires: boolean;
}

/**
 * One tick of a regression detector. An hour's first events add a restart before they count; a tick without events
 * changes nothing and does not fire, and an older hour adds no second restart.
 *
 * At a rate that stays at the threshold, false alarms are 2,400 x `watchedTogether` hours apart on average, however
 * often it is looked at.
 */
export function stepRegressionDetector(
  plan: DetectorPlan,
  state: DetectorState,
  tick: DetectorTick,
  watchedTogether = 1,
): DetectorReading {
  const count = tick.passes + tick.fails;
  if (count === 0) return readDetector(plan, state, watchedTogether, false);
  const isNewHour = state.hour === null || tick.hour > state.hour;
  const next: DetectorState = {
    evidence: gatherEvidence(plan, state.evidence, { ...tick, restart: isNewHour }),
    hour: isNewHour ? tick.hour : state.hour,
    events: state.events + (tick.counted ?? count),
  };
  return readDetector(plan, next, watchedTogether, true);
}

function readDetector(
  plan: DetectorPlan,
  state: DetectorState,
  watchedTogether: number,
  hasEvents: boolean,
): DetectorReading {
  const statistic = meanEvidence(plan, state.evidence);
  const logStatistic = statistic > 1 ? Math.log(statistic) : 0;
  const pressure = Math.min(
    logStatistic / Math.log(firingValue(watchedTogether)),
    state.events < leastEvents ? state.events / leastEvents : Number.POSITIVE_INFINITY,
  );
  return { state, statistic, pressure, fires: hasEvents && pressure >= 1 };
}
