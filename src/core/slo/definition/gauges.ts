import { metric } from '../../names.ts';
import { countsOf } from './sli-kinds.ts';
import type { Slo } from './slo.ts';

/** How many metrics of each name an SLO's evaluation publishes. */
export interface GaugeCount {
  readonly name: string;
  readonly count: number;
}

/**
 * The gauges that the evaluator publishes of an SLO once everything about it can be measured: what CloudWatch charges
 * for. The whole and its worst cohort share them.
 */
export function gaugesOfSlo({ severities, calibration, sli, objective }: Slo): GaugeCount[] {
  const hasCalibration = calibration === 'required';
  const counts = countsOf(sli);
  const isRated = counts === 'ratings';
  const hasBudget = objective !== null;
  const hasWeekBefore = hasBudget && !isRated && counts !== 'attempts';
  const gauges: readonly (readonly [string, number | boolean])[] = [
    [metric.pressure, severities.length],
    [metric.events, 1],
    [metric.sli, 1],
    [metric.sliRaw, hasCalibration],
    [metric.sliLower, hasCalibration || isRated],
    [metric.sliUpper, hasCalibration || isRated],
    [metric.sliChange, hasWeekBefore],
    [metric.budgetLeft, hasBudget],
    [metric.burnRate, hasBudget],
    [metric.calibrationValid, hasCalibration],
  ];
  return gauges.map(([name, count]) => ({ name, count: Number(count) })).filter(({ count }) => count > 0);
}
