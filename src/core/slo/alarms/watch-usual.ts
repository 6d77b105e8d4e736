import { firingValue, planRegressionDetector } from '../../statistics/regression-detector.ts';
import { day, floorTo } from '../../time.ts';
import type { CountSeries, Counts } from '../rules/count-series.ts';
import { type DesignEffect, usualEffect } from '../rules/design-effect.ts';
import { effectOnNews, readNewEvents, stepDetector } from '../rules/read-detectors.ts';
import { baselineDays } from './baseline.ts';
import type { UsualWatch } from './zoom-state.ts';

/** A judge SLO's series, and what is usual for it. */
export interface UsualInput {
  readonly objective: number;
  /** The judge by its name and fingerprint. */
  readonly judge: string;
  readonly series: CountSeries;
  readonly designEffect: DesignEffect;
  /** Good events out of all in a stretch, weighted, and on how many days there were any. */
  readonly readUsual: (from: number, to: number) => Counts & { readonly days: number };
  readonly now: number;
}

/**
 * From this pressure on it asks for more samples, and what is usual is not looked at anew. At .5, and against the usual rate
 * itself, a healthy month of 500 judged a day has 35% more of them, with this 4% (simulated).
 */
export const unusualFrom = 0.6;

/** One-sided 95%. */
const surely = 1.645;

/** With less a rate is not known to be usual. */
const leastDays = 7;
const leastJudged = 200;

/**
 * A tick of the watch over the surface's own usual judge rate: a detector of the same form as the alarms', whose
 * threshold is the judge's pass rate of the 28 days before today, at its lower limit, found anew each day and frozen while
 * it is unusual, for 28 days at most: by then that is what is usual. It raises no alarm, so it needs no calibration; what it finds is looked at more closely.
 */
export function watchUsual(known: UsualWatch | undefined, input: UsualInput): UsualWatch {
  const { objective, judge, series, designEffect, now } = input;
  const before = known?.judge === judge ? known : undefined;
  const today = floorTo(now - 1, day);
  const isUnusual =
    before !== undefined && before.pressure > unusualFrom && today - before.day < baselineDays * day;
  const isFrozen = before !== undefined && (before.day === today || isUnusual);
  const watched = isFrozen
    ? { day: before.day, rate: before.rate }
    : { day: today, rate: usualRate(input, today) };
  const { cursor, passes, fails } = readNewEvents(series, before?.cursor, now);
  const next: UsualWatch = { ...watched, judge, cursor, pressure: 0 };
  const plan =
    watched.rate === undefined
      ? undefined
      : planRegressionDetector({ objective, threshold: watched.rate, slope: 1 });
  if (plan?.ok !== true) return next;
  const step = stepDetector(
    // It asks from far below its firing value, and is to be quiet again soon after a recovery.
    { ...plan.plan, cap: firingValue() },
    before?.detector,
    { passes, fails },
    { now, designEffect: effectOnNews(designEffect, series, now), watchedTogether: 1 },
  );
  return { ...next, detector: step.state, pressure: step.report.pressure };
}

function usualRate({ readUsual, designEffect }: UsualInput, today: number): number | undefined {
  const { good, total, days } = readUsual(today - baselineDays * day, today);
  if (days < leastDays || total < leastJudged) return undefined;
  const rate = good / total;
  const error = Math.sqrt((rate * (1 - rate) * usualEffect(designEffect)) / total);
  return rate - surely * error;
}
