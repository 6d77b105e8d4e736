import {
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  PutCompositeAlarmCommand,
  type PutMetricAlarmCommandInput,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { start, useCloudWatch } from '#test/support/cloudwatch.ts';

const cloudWatch = useCloudWatch();

describe('DescribeAlarms', () => {
  it('gives what was put, and leaves composites out unless asked', async () => {
    await cloudWatch.putAlarm('page', {
      AlarmDescription: 'what it means',
      Dimensions: [{ Name: 'slo', Value: 'score' }],
    });
    await cloudWatch.client.send(
      new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: 'ALARM("page")' }),
    );
    const { MetricAlarms, CompositeAlarms } = await cloudWatch.client.send(new DescribeAlarmsCommand({}));
    expect(CompositeAlarms).toEqual([]);
    expect(MetricAlarms?.[0]).toMatchObject({
      AlarmName: 'page',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:page',
      AlarmDescription: 'what it means',
      Dimensions: [{ Name: 'slo', Value: 'score' }],
      ActionsEnabled: true,
      Threshold: 1,
      TreatMissingData: 'ignore',
      StateValue: 'INSUFFICIENT_DATA',
      StateUpdatedTimestamp: expect.any(Date),
    });
  });

  it('finds by name, prefix and state', async () => {
    for (const name of ['assay-a', 'assay-b', 'other']) await cloudWatch.putAlarm(name);
    await cloudWatch.client.send(
      new SetAlarmStateCommand({ AlarmName: 'other', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    const names = async (input: DescribeAlarmsCommandInput) =>
      (await cloudWatch.client.send(new DescribeAlarmsCommand(input))).MetricAlarms?.map(
        ({ AlarmName }) => AlarmName,
      );
    expect(await names({ AlarmNames: ['other', 'gone'] })).toEqual(['other']);
    expect(await names({ AlarmNamePrefix: 'assay-' })).toEqual(['assay-a', 'assay-b']);
    expect(await names({ StateValue: 'ALARM' })).toEqual(['other']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
  });

  it('gives 50 a page', async () => {
    for (let index = 0; index < 60; index += 1) {
      const definition = {
        AlarmName: `a${index}`,
        Namespace: 'Assay',
        MetricName: 'm',
        Statistic: 'Sum',
      } as const;
      const rule = { Period: 60, EvaluationPeriods: 1, Threshold: 1 };
      cloudWatch.server.alarms.put(
        {
          kind: 'metric',
          definition: { ...definition, ...rule, ComparisonOperator: 'GreaterThanThreshold' },
        },
        start,
      );
    }
    const pages: number[] = [];
    for await (const each of paginateDescribeAlarms({ client: cloudWatch.client }, {}))
      pages.push(each.MetricAlarms?.length ?? 0);
    expect(pages).toEqual([50, 10]);
  });
});

const refusals: Record<string, [Partial<PutMetricAlarmCommandInput>, RegExp]> = {
  'M over N': [{ EvaluationPeriods: 2, DatapointsToAlarm: 3 }, /DatapointsToAlarm \(3\) must be at most/],
  'a range over a day for short periods': [{ Period: 300, EvaluationPeriods: 289 }, /at most 86400 s/],
  'a range over a week for long periods': [{ Period: 3600, EvaluationPeriods: 169 }, /at most 604800 s/],
  'a period below a minute, which is not kept here': [{ Period: 10 }, /period 10 is unsupported/],
  'two kinds of statistic': [{ ExtendedStatistic: 'p99' }, /exactly one of Statistic and ExtendedStatistic/],
  'a statistic that is not kept here': [
    { Statistic: undefined, ExtendedStatistic: 'tm90' },
    /tm90 is unsupported/,
  ],
  'anomaly detection': [{ ThresholdMetricId: 'ad1' }, /ThresholdMetricId/],
  'an expression with an unsupported function': [
    {
      ...{ Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined },
      Metrics: [{ Id: 'e1', Expression: 'SQRT(m1)' }],
    },
    /query e1: unsupported function SQRT in the expression "SQRT\(m1\)"/,
  ],
  'an expression of a query that is not there': [
    {
      ...{ Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined },
      Metrics: [{ Id: 'e1', Expression: 'm1 / 2' }],
    },
    /names m1, which is no query/,
  ],
};

describe('PutMetricAlarm refuses with a ValidationError', () => {
  for (const [sentence, [rest, message]] of Object.entries(refusals)) {
    it(sentence, async () => {
      await expect(cloudWatch.putAlarm('x', rest)).rejects.toMatchObject({
        name: 'ValidationException',
        Code: 'ValidationError',
        message: expect.stringMatching(message),
      });
    });
  }
});
