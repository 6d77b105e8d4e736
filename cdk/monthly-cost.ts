import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { awsPrices } from '#core/cost/aws-prices.ts';
import { countMetrics } from '#core/cost/published-metrics.ts';

export interface MonthlyCost {
  readonly alarms: number;
  readonly compositeAlarms: number;
  /** Custom metrics, if each that the catalogue can cause is published all month. */
  readonly metrics: number;
  readonly usd: number;
}

/** What CloudWatch charges each month for the alarms of a synthesized tree and the metrics of its catalogue. */
export function monthlyCost(root: IConstruct, catalogue: Catalogue): MonthlyCost {
  const constructs = root.node.findAll();
  const alarms = constructs.filter((construct) => construct instanceof CfnAlarm).length;
  const compositeAlarms = constructs.filter((construct) => construct instanceof CfnCompositeAlarm).length;
  const metrics = countMetrics(catalogue);
  const { perAlarm, perCompositeAlarm, perMetric } = awsPrices.cloudwatch;
  const usd = alarms * perAlarm + compositeAlarms * perCompositeAlarm + metrics * perMetric;
  return { alarms, compositeAlarms, metrics, usd };
}

/** One line for the end of a synth. */
export function costInWords(stage: string, { alarms, compositeAlarms, metrics, usd }: MonthlyCost): string {
  return `Stage ${stage}: ${alarms + compositeAlarms} alarms and at most ${metrics} metrics, about $${usd.toFixed(0)} a month at CloudWatch's list prices.`;
}
