import { metric } from '../names.ts';
import type { Slo } from './slo.ts';

/** CloudWatch's prices, US dollars a month (us-east-1, first tier). */
export const metricPrice = 0.3;
export const alarmPrice = 0.1;

/** How many metrics of each name an SLO's evaluation publishes. */
export interface GaugeCount {
  readonly name: string;
  readonly count: number;
}

/** The month's bill of one SLO on one surface. */
export interface MonthlyCost {
  readonly gauges: readonly GaugeCount[];
  readonly metrics: number;
  readonly alarms: number;
  /** US dollars. */
  readonly usd: number;
}

/**
 * Gauges and alarms of an SLO, and what they cost a month.
 *
 * @param slo as the catalogue holds it
 * @param withCohorts whether its worst cohort has gauges and alarms of its own, one more of each per severity
 */
export function costOfSlo(slo: Slo, withCohorts = false): MonthlyCost {
  const rows = slo.severities.filter((severity) => slo.rows[severity] !== undefined).length;
  const copies = withCohorts ? 2 : 1;
  const isRated = slo.calibration === 'required' || slo.sli.kind === 'human-pass';
  const gauges = [
    { name: metric.pressure, count: copies * slo.severities.length },
    { name: metric.events, count: 1 },
    { name: metric.sliRaw, count: 1 },
    { name: metric.sliChange, count: slo.headline ? 1 : 0 },
    { name: metric.sli, count: isRated ? 1 : 0 },
    { name: metric.sliLower, count: isRated ? 1 : 0 },
    { name: metric.sliUpper, count: isRated ? 1 : 0 },
    { name: metric.calibrationValid, count: slo.calibration === 'required' ? 1 : 0 },
    { name: metric.budgetLeft, count: slo.objective === null ? 0 : 1 },
    { name: metric.burnRate, count: rows },
  ].filter(({ count }) => count > 0);
  const metrics = gauges.reduce((sum, { count }) => sum + count, 0);
  const alarms = copies * slo.severities.length;
  return {
    gauges,
    metrics,
    alarms,
    usd: Math.round(100 * (metrics * metricPrice + alarms * alarmPrice)) / 100,
  };
}
