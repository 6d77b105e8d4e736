import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';

/** CloudWatch's published prices of us-east-1, US dollars a month, before its free tier. */
const prices = { alarm: 0.1, compositeAlarm: 0.5, metric: 0.3 } as const;

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
  const usd = alarms * prices.alarm + compositeAlarms * prices.compositeAlarm + metrics * prices.metric;
  return { alarms, compositeAlarms, metrics, usd };
}

/** One line for the end of a synth. */
export function costInWords(stage: string, { alarms, compositeAlarms, metrics, usd }: MonthlyCost): string {
  return `Stage ${stage}: ${alarms + compositeAlarms} alarms and at most ${metrics} metrics, about $${usd.toFixed(0)} a month at CloudWatch's list prices.`;
}

/** Metrics that do not multiply with the catalogue: heartbeat, blocked, cap, spend, rejected, late, judge errors of 3 kinds. */
const fixedMetrics = 9;
/** Of a surface: received, sampled, redelivered, sampled share, unmeasured SLOs. */
const perSurface = 5;
/** Of a surface and rubric: score, pass, latency, three kinds of tokens, cost, judged, unjudgeable, shed. */
const perRubric = 10;
/** Of an SLO: its SLI, raw SLI, two bounds, 7-day change, budget left, events. */
const perSlo = 7;

function countMetrics(catalogue: Catalogue): number {
  let metrics = fixedMetrics;
  for (const { surface, slos } of catalogue.surfaces) {
    metrics += perSurface + perRubric * new Set(rubricsOf(catalogue, surface).map(({ id }) => id)).size;
    for (const slo of slos) {
      // Beside its own numbers: a pressure per severity, a burn rate per row, and whether its calibration is valid.
      const calibration = slo.calibration === 'required' ? 1 : 0;
      metrics += perSlo + slo.severities.length + Object.keys(slo.rows).length + calibration;
    }
  }
  return metrics;
}
