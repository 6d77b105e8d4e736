import type { DetectorPlan, DetectorState } from '../../statistics/detector.ts';
import {
  firingValue,
  pageThresholdOfKnownRate,
  planRegressionDetector,
  startRegressionDetector,
  stepRegressionDetector,
} from '../../statistics/regression-detector.ts';
import { bucketWidth, floorTo, freezeAfter, hour, minute } from '../../time.ts';
import type { CountSeries } from './count-series.ts';
import { type DesignEffect, effectAtFactor, usualEffect } from './design-effect.ts';
import type { JudgeScale } from './judge-scale.ts';
import type { SeriesMemory } from './memory.ts';
import type { DetectorReport } from './readings.ts';

export type DetectorName = 'page' | 'warn';

type Cursor = NonNullable<SeriesMemory['cursor']>;

/** Events that came in since the last tick, late ones included. */
export interface NewEvents {
  readonly passes: number;
  readonly fails: number;
  readonly cursor: Cursor;
}

/** Where a tick's events lie, for the most part. Milliseconds. */
const lastEvents = 10 * minute;

/**
 * What a tick's new events are divided by. They share a factor, but for those about a change of it: there the greatest one
 * of the last buckets counts, for a bucket of ten times as many events among usual ones tells less than they make of it.
 */
export function effectOnNews(effect: DesignEffect, series: CountSeries, now: number): number {
  let factor = 1;
  for (let at = floorTo(now - 1, bucketWidth); at > now - lastEvents - bucketWidth; at -= bucketWidth)
    factor = Math.max(factor, series.weighed(at, at + bucketWidth).zoom?.factor ?? 1);
  return factor > 1 ? effectAtFactor(effect, factor) : usualEffect(effect);
}

/** Buckets older than this are frozen: nothing can still come in. */
const horizon = freezeAfter + 2 * hour;

/**
 * What is new in a series since the cursor. Roll-ups are overwritten when late verdicts come and good events are taken
 * back by feedback, so what was taken in is kept as counts, not as a position. Where a count has shrunk, the next
 * events of that sort pay for it: evidence is never undone.
 *
 * What was rescored is no news either: it was judged to be looked back on.
 *
 * At the first tick only the hour under way is new; what went before is history.
 */
export function readNewEvents(series: CountSeries, before: Cursor | undefined, now: number): NewEvents {
  const currentHour = floorTo(now - 1, hour);
  const start = currentHour - horizon;
  let since: number;
  let takenGood: number;
  let takenBad: number;
  if (before === undefined) {
    const { good, total } = series.inTime(start, currentHour);
    since = start;
    takenGood = good;
    takenBad = total - good;
  } else {
    since = before.since;
    takenGood = before.good;
    takenBad = before.bad;
  }
  const seen = series.inTime(since, now);
  const passes = aboveRounding(seen.good - takenGood);
  const fails = aboveRounding(seen.total - seen.good - takenBad);
  let good = takenGood + passes;
  let bad = takenBad + fails;
  if (start > since) {
    const frozen = series.inTime(since, start);
    good -= frozen.good;
    bad -= frozen.total - frozen.good;
    since = start;
  }
  return { passes, fails, cursor: { since, good, bad } };
}

/** Sums of weights differ by rounding; less than a billionth of an event is none. */
function aboveRounding(count: number): number {
  return count > 1e-9 ? count : 0;
}

/**
 * Evidence of one alternative is cut at this many firing values: 48,000 for an SLO by itself, under the 10^5 that the
 * statistics page names. With that, 3 days at .80 and 500 events a day take more than a day to clear in 17% of series,
 * with this in 3%; false alarms can only become fewer, and a drop's alarm is as steady (simulated).
 */
const mostEvidence = 20;

/** Plans by watched-together, one list a detector; an evaluation needs the same few ones at every tick. */
type DetectorPlans = Record<DetectorName, Map<number, DetectorPlan | null>>;

const plansOfKnownRates = new Map<number, DetectorPlans>();
const plansOfScales = new WeakMap<JudgeScale, DetectorPlans>();

/**
 * The plan of a detector. A rate that needs no calibration: m is the objective for warnings and 1 - 1.5 (1 - objective)
 * for pages. A judge's: m is the calibration's threshold, and the warning's alternatives are scaled by its slope. Null
 * where the objective or the calibration leaves no alternative.
 *
 * @param scale the judge's scale of this very objective; null for a rate that needs none
 */
export function planDetector(
  name: DetectorName,
  objective: number,
  scale: JudgeScale | null,
  watchedTogether: number,
): DetectorPlan | null {
  const plans = findPlans(objective, scale);
  const found = plans[name].get(watchedTogether);
  if (found !== undefined) return found;
  const threshold =
    scale !== null ? scale[name] : name === 'warn' ? objective : pageThresholdOfKnownRate(objective);
  const slope = scale !== null && name === 'warn' ? scale.slope : 1;
  const made = planRegressionDetector({ objective, threshold, slope, watchedTogether });
  const plan = made.ok
    ? { ...made.plan, cap: Math.min(made.plan.cap, mostEvidence * firingValue(watchedTogether)) }
    : null;
  plans[name].set(watchedTogether, plan);
  return plan;
}

function findPlans(objective: number, scale: JudgeScale | null): DetectorPlans {
  const found = scale === null ? plansOfKnownRates.get(objective) : plansOfScales.get(scale);
  if (found !== undefined) return found;
  const plans: DetectorPlans = { page: new Map(), warn: new Map() };
  if (scale === null) plansOfKnownRates.set(objective, plans);
  else plansOfScales.set(scale, plans);
  return plans;
}

/** One detector after a tick. */
export interface DetectorStep {
  readonly report: DetectorReport;
  readonly state: DetectorState;
}

/**
 * Feeds a tick's new events to a detector. Counts are divided by the design effect, so that a conversation weighs what
 * it tells. Evidence goes on from the state whatever the threshold was then.
 */
export function stepDetector(
  plan: DetectorPlan,
  before: DetectorState | undefined,
  events: Pick<NewEvents, 'passes' | 'fails'>,
  setting: { readonly now: number; readonly designEffect: number; readonly watchedTogether: number },
): DetectorStep {
  const { now, designEffect, watchedTogether } = setting;
  const reading = stepRegressionDetector(
    plan,
    before ?? startRegressionDetector(),
    {
      passes: events.passes / designEffect,
      fails: events.fails / designEffect,
      hour: Math.floor((now - 1) / hour),
      counted: events.passes + events.fails,
    },
    watchedTogether,
  );
  return {
    state: reading.state,
    report: {
      threshold: plan.threshold,
      statistic: reading.statistic,
      firesAt: firingValue(watchedTogether),
      pressure: reading.pressure,
    },
  };
}
