import {
  type CloudWatchClient,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmCommandInput,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Resolve, TemplateResource } from './template.ts';

const atOnce = 8;

/** Makes the alarms of a template: those of metrics first, for the others name them. @returns their names */
export async function createAlarms(
  cloudwatch: CloudWatchClient,
  entries: [string, TemplateResource][],
  resolved: Resolve,
): Promise<string[]> {
  const ofType = (type: string) =>
    entries.flatMap(([logicalId, { Type, Properties = {} }]) => {
      if (Type !== type) return [];
      const definition = resolved(Properties) as { readonly AlarmName?: string };
      return [{ ...definition, AlarmName: definition.AlarmName ?? logicalId }];
    });
  const ofMetrics = ofType('AWS::CloudWatch::Alarm');
  await inParallel(ofMetrics, atOnce, async (definition) => {
    await cloudwatch.send(new PutMetricAlarmCommand(definition as PutMetricAlarmCommandInput));
  });
  const composite = ofType('AWS::CloudWatch::CompositeAlarm');
  for (const definition of composite)
    await cloudwatch.send(new PutCompositeAlarmCommand(definition as PutCompositeAlarmCommandInput));
  return [...ofMetrics, ...composite].map(({ AlarmName }) => AlarmName);
}
