import {
  type CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Resolve, TemplateResource } from './template.ts';

/** Makes the alarms of a template. @returns their names */
export async function createAlarms(
  cloudwatch: CloudWatchClient,
  entries: [string, TemplateResource][],
  resolved: Resolve,
): Promise<string[]> {
  const names: string[] = [];
  for (const [logicalId, { Type, Properties = {} }] of entries) {
    if (Type === 'AWS::CloudWatch::Alarm') {
      const definition = resolved(Properties) as ConstructorParameters<typeof PutMetricAlarmCommand>[0] &
        object;
      const AlarmName = definition.AlarmName ?? logicalId;
      await cloudwatch.send(new PutMetricAlarmCommand({ ...definition, AlarmName }));
      names.push(AlarmName);
    } else if (Type === 'AWS::CloudWatch::CompositeAlarm') {
      const definition = resolved(Properties) as ConstructorParameters<typeof PutCompositeAlarmCommand>[0] &
        object;
      await cloudwatch.send(
        new PutCompositeAlarmCommand({ ...definition, AlarmName: definition.AlarmName ?? logicalId }),
      );
      names.push(definition.AlarmName ?? logicalId);
    }
  }
  return names;
}
