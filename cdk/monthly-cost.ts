import { CfnAlarm, CfnCompositeAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { awsPrices } from '#core/cost/aws-prices.ts';
import { countMetrics } from '#core/cost/published-metrics.ts';

/** So many dashboards of an account cost nothing; a synth knows only its own. */
const freeDashboards = 3;

export interface MonthlyCost {
  readonly alarms: number;
  readonly compositeAlarms: number;
  /** Custom metrics, if each that the catalogue can cause is published all month. */
  readonly metrics: number;
  readonly dashboards: number;
  readonly usd: number;
}

/** What CloudWatch charges each month for the alarms and dashboards of a synthesized tree and the metrics of its catalogue. */
export function monthlyCost(root: IConstruct, catalogue: Catalogue): MonthlyCost {
  const constructs = root.node.findAll();
  const alarms = constructs.filter((construct) => construct instanceof CfnAlarm).length;
  const compositeAlarms = constructs.filter((construct) => construct instanceof CfnCompositeAlarm).length;
  const metrics = countMetrics(catalogue);
  const dashboards = constructs.filter((construct) => construct instanceof CfnDashboard).length;
  const { perAlarm, perCompositeAlarm, perMetric, perDashboard } = awsPrices.cloudwatch;
  const usd =
    alarms * perAlarm +
    compositeAlarms * perCompositeAlarm +
    metrics * perMetric +
    Math.max(0, dashboards - freeDashboards) * perDashboard;
  return { alarms, compositeAlarms, metrics, dashboards, usd };
}

/** One line for the end of a synth. */
export function formatMonthlyCost(
  stage: string,
  { alarms, compositeAlarms, metrics, dashboards, usd }: MonthlyCost,
): string {
  const shown = dashboards === 1 ? '1 dashboard' : `${dashboards} dashboards`;
  return `Stage ${stage}: ${alarms + compositeAlarms} alarms and at most ${metrics} metrics, about $${usd.toFixed(0)} a month at CloudWatch's list prices; ${shown}, ${freeDashboards} an account are free and each further one is $${awsPrices.cloudwatch.perDashboard}.`;
}
