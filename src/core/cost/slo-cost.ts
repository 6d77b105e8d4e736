import { type GaugeCount, gaugesOfSlo } from '../slo/definition/gauges.ts';
import type { Slo } from '../slo/definition/slo.ts';
import { awsPrices } from './aws-prices.ts';

/** The month's bill of one SLO on one surface. */
export interface MonthlyCost {
  readonly gauges: readonly GaugeCount[];
  readonly metrics: number;
  readonly alarms: number;
  /** US dollars. */
  readonly usd: number;
}

/** Gauges and alarms of an SLO, and what they cost a month. Its worst cohort shares both. */
export function costOfSlo(slo: Slo): MonthlyCost {
  const gauges = gaugesOfSlo(slo);
  const metrics = gauges.reduce((sum, { count }) => sum + count, 0);
  const alarms = slo.severities.length;
  const { perMetric, perAlarm } = awsPrices.cloudwatch;
  return { gauges, metrics, alarms, usd: Math.round(100 * (metrics * perMetric + alarms * perAlarm)) / 100 };
}
