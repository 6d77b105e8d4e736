import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { severities } from '#core/names.ts';
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
  const [watched] = metricsOf(alarm);
  const response = await fetch(`${flow.aws.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH}/_assay/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      Namespace: watched?.Namespace,
      MetricData: periods.map((ago) => ({
        MetricName: watched?.MetricName,
        Dimensions: watched?.Dimensions,
        Timestamp: (at - ago * periodOf(alarm) * 1000) / 1000,
        Value: value,
      })),
    }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** The metrics that an alarm reads: its one, or those of its expression. */
function metricsOf(alarm: MetricAlarmDefinition): readonly WatchedMetric[] {
  const { Metrics, Namespace = '', MetricName = '', Dimensions = [] } = alarm;
  if (Metrics === undefined) return [{ Namespace, MetricName, Dimensions }];
  return Metrics.flatMap(({ MetricStat }) => {
    if (MetricStat === undefined) return [];
    const { Namespace, MetricName, Dimensions = [] } = MetricStat.Metric;
    return [{ Namespace, MetricName, Dimensions }];
  });
}

interface WatchedMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** Seconds of one period. */
function periodOf({ Period, Metrics = [] }: MetricAlarmDefinition): number {
  return Period ?? Metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? 60;
}

/** The topic's severity, as the alarm's own name gives it. */
function severityOf(name: string): string {
  if (name.endsWith('operations-evaluator-silent')) return 'page';
  return severities.find((severity) => name.endsWith(`-${severity}`)) ?? 'ticket';
}

describe('an alarm of the shipped template', () => {
  it.for(names.map((name, index) => ({ name, at: start + (index + 1) * 2 * hour })))(
    'fires at its threshold, clears beyond it, and tells its topic, of its end where it is urgent: $name',
    async ({ name, at }) => {
      const alarm = definitionOf(name);
      const below = alarm.ComparisonOperator === 'LessThanThreshold';
      const { Threshold = Number.NaN } = alarm;
      const over = alarm.ComparisonOperator === 'GreaterThanThreshold';
      const firing = below ? Threshold - 0.001 : over ? Threshold + 0.001 : Threshold;
      const quiet = below || over ? Threshold : Threshold - 0.001;
      // Ticks are missed from the first on.
      if (name.endsWith('evaluator-silent'))
        await publish({ ...alarm, EvaluationPeriods: 1 }, 1, at - 9 * minute);
      else await publish(alarm, firing, at);
      await flow.stack.evaluateAlarms(at);
      expect(flow.alarms().get(name)).toBe('ALARM');
      const later = at + alarm.EvaluationPeriods * periodOf(alarm) * 1000 + minute;
      await publish(alarm, quiet, later);
      await flow.stack.evaluateAlarms(later);
      expect(flow.alarms().get(name)).toBe('OK');
      const told = flow.aws.cloudwatch.alarms.notifications.filter(
        (each) => each.alarm === name && Date.parse(each.at) >= at,
      );
      const topic = expect.stringMatching(new RegExp(`Notifications${severityOf(name)}Topic`, 'i'));
      const urgent = ['page', 'rollback'].includes(severityOf(name));
      expect(told).toEqual([
        expect.objectContaining({ to: 'ALARM', target: topic }),
        ...(urgent ? [expect.objectContaining({ to: 'OK', target: topic })] : []),
      ]);
    },
  );

  it.for(names)('has data, or needs none, as soon as the first tick is over: %s', (name) => {
    expect(afterFirstTick.get(name)).toBe('OK');
  });
});
