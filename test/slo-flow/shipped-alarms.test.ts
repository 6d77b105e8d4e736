import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricNamespace, severities } from '#core/names.ts';
import { hour, minute } from '#core/time.ts';
import type { MetricAlarmDefinition } from '#local/cloudwatch/alarm-definition.ts';
import { shippedCatalogue } from '../support/shipped.ts';
import { SloStack, stage } from '../support/slo-stack.ts';
import { templatesOf } from '../support/templates.ts';

const catalogue = await shippedCatalogue();
const templates = await templatesOf(catalogue, stage);
const names = [templates.template, ...templates.nested.map(({ template }) => template)]
  .flatMap(({ Resources }) => Object.values(Resources))
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => String(Properties?.AlarmName));

const start = Date.parse('2026-11-10T12:00:00Z');

let flow: SloStack;
let afterFirstTick: Map<string, string>;

beforeAll(async () => {
  flow = await SloStack.start(catalogue);
  await flow.tick(start);
  afterFirstTick = flow.alarms();
});

afterAll(() => flow?.close());

function definitionOf(name: string): MetricAlarmDefinition {
  const found = flow.aws.cloudwatch.alarms.list().find(({ source }) => source.definition.AlarmName === name);
  if (found?.source.kind !== 'metric') throw new Error(`there is no metric alarm ${name}`);
  return found.source.definition;
}

/** A datum in each period that the alarm looks at, from outside: AWS's own namespaces take nothing by PutMetricData. */
async function publish(alarm: MetricAlarmDefinition, value: number, at: number): Promise<void> {
  const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, index) => index);
  const response = await fetch(`${flow.aws.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH}/_assay/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      Namespace: alarm.Namespace,
      MetricData: periods.map((ago) => ({
        MetricName: alarm.MetricName,
        Dimensions: alarm.Dimensions ?? [],
        Timestamp: (at - ago * (alarm.Period ?? 60) * 1000) / 1000,
        Value: value,
      })),
    }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** The topic's severity, as the alarm's own name gives it. */
function severityOf(name: string): string {
  if (name.endsWith('operations-evaluator-silent')) return 'page';
  return severities.find((severity) => name.endsWith(`-${severity}`)) ?? 'ticket';
}

describe('an alarm of the shipped template', () => {
  it.for(names.map((name, index) => ({ name, at: start + (index + 1) * 2 * hour })))(
    'fires at its threshold, clears beyond it, and tells its topic both: $name',
    async ({ name, at }) => {
      const alarm = definitionOf(name);
      const below = alarm.ComparisonOperator === 'LessThanThreshold';
      const { Threshold = Number.NaN, Statistic } = alarm;
      // A count of points has no value to set: silence fires it, and points clear it.
      if (Statistic !== 'SampleCount') await publish(alarm, below ? Threshold - 0.001 : Threshold, at);
      await flow.stack.evaluateAlarms(at);
      expect(flow.alarms().get(name)).toBe('ALARM');
      const later = at + alarm.EvaluationPeriods * (alarm.Period ?? 60) * 1000 + minute;
      await publish(alarm, below ? Threshold : Threshold - 0.001, later);
      await flow.stack.evaluateAlarms(later);
      expect(flow.alarms().get(name)).toBe('OK');
      const told = flow.aws.cloudwatch.alarms.notifications.filter(
        (each) => each.alarm === name && Date.parse(each.at) >= at,
      );
      const topic = expect.stringMatching(new RegExp(`Notifications${severityOf(name)}Topic`, 'i'));
      expect(told).toEqual([
        expect.objectContaining({ to: 'ALARM', target: topic }),
        expect.objectContaining({ to: 'OK', target: topic }),
      ]);
    },
  );

  it.for(names)(
    'watches a gauge that the first tick has published, if the evaluator makes it: %s',
    (name) => {
      const { Namespace } = definitionOf(name);
      const isEvaluators = Namespace === metricNamespace(stage) && !/judge-errors|sampled-share/.test(name);
      // Thin traffic holds the sampled share back; the judge counts its errors itself.
      expect(afterFirstTick.get(name)).toBe(
        isEvaluators || Namespace?.startsWith('AWS/') || name.endsWith('judge-errors')
          ? 'OK'
          : 'INSUFFICIENT_DATA',
      );
    },
  );
});
