import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { minutes, start, topics, useCloudWatch } from '#test/support/cloudwatch.ts';

const { page, ticket } = topics;

const cloudWatch = useCloudWatch();

describe('a gauge alarm', () => {
  it('fires and clears with ticks five minutes apart, at the tick itself', async () => {
    await cloudWatch.putAlarm('page');
    await cloudWatch.putGauge(0, 0);
    expect(cloudWatch.evaluate(0)).toEqual(['page: INSUFFICIENT_DATA -> OK']);
    await cloudWatch.putGauge(1.2, 5);
    expect(cloudWatch.evaluate(5)).toEqual(['page: OK -> ALARM']);
    await cloudWatch.putGauge(1.5, 10);
    expect(cloudWatch.evaluate(10)).toEqual([]);
    await cloudWatch.putGauge(0.7, 15);
    expect(cloudWatch.evaluate(15)).toEqual(['page: ALARM -> OK']);
  });

  it('keeps its state through a night without points when missing data are ignored', async () => {
    await cloudWatch.putAlarm('page');
    await cloudWatch.putGauge(2, 0);
    cloudWatch.evaluate(0);
    expect(cloudWatch.evaluate(600)).toEqual([]);
    expect(cloudWatch.server.alarms.stateOf('page')).toBe('ALARM');
  });

  it('loses its data when missing data are missing, and fires when they are breaching', async () => {
    await cloudWatch.putAlarm('missing', { TreatMissingData: 'missing' });
    await cloudWatch.putAlarm('silent', { TreatMissingData: 'breaching' });
    await cloudWatch.putAlarm('calm', { TreatMissingData: 'notBreaching' });
    await cloudWatch.putGauge(0, 0);
    cloudWatch.evaluate(0);
    expect(cloudWatch.evaluate(2)).toEqual([]);
    expect(cloudWatch.evaluate(10)).toEqual(['missing: OK -> INSUFFICIENT_DATA', 'silent: OK -> ALARM']);
  });

  it('needs M of N, over periods that slide with the minute', async () => {
    await cloudWatch.putAlarm('slow', {
      Period: 300,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'missing',
    });
    for (const [minute, value] of [0, 0, 2, 0, 2].entries()) await cloudWatch.putGauge(value, 1 + minute * 5);
    expect(cloudWatch.evaluate(5)).toEqual(['slow: INSUFFICIENT_DATA -> OK']);
    expect(cloudWatch.evaluate(15)).toEqual([]);
    expect(cloudWatch.evaluate(25)).toEqual(['slow: OK -> ALARM']);
  });

  it('watches a percentile', async () => {
    await cloudWatch.putAlarm('p90', { Statistic: undefined, ExtendedStatistic: 'p90', Threshold: 5 });
    const values = { MetricName: 'pressure', Values: [1, 9], Counts: [8, 2], Timestamp: minutes(0) };
    await cloudWatch.client.send(new PutMetricDataCommand({ Namespace: 'Assay', MetricData: [values] }));
    expect(cloudWatch.evaluate(0)).toEqual(['p90: INSUFFICIENT_DATA -> ALARM']);
  });

  it('sees only points of the unit it asks for', async () => {
    await cloudWatch.putAlarm('percent', { Unit: 'Percent', TreatMissingData: 'missing' });
    await cloudWatch.putGauge(5, 0);
    expect(cloudWatch.evaluate(0)).toEqual([]);
  });

  it('watches a ratio of metrics', async () => {
    const query = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Assay', MetricName }, Period: 300, Stat: 'Sum' },
    });
    await cloudWatch.client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'errors',
        EvaluationPeriods: 1,
        Threshold: 0.05,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        Metrics: [
          query('failed', 'failed'),
          query('asked', 'asked'),
          { Id: 'rate', Expression: 'IF(asked > 10, FILL(failed, 0) / asked, 0)' },
        ],
      }),
    );
    await cloudWatch.putGauge(100, 1, 'asked');
    expect(cloudWatch.evaluate(5)).toEqual(['errors: INSUFFICIENT_DATA -> OK']);
    await cloudWatch.putGauge(6, 2, 'failed');
    expect(cloudWatch.evaluate(5)).toEqual(['errors: OK -> ALARM']);
  });
});

describe('who is told', () => {
  it('is recorded by topic, and nobody while actions are disabled', async () => {
    await cloudWatch.putAlarm('page', { AlarmActions: [page, ticket], OKActions: [ticket] });
    await cloudWatch.putGauge(2, 0);
    cloudWatch.evaluate(0);
    await cloudWatch.putGauge(0, 5);
    cloudWatch.evaluate(5);
    const readNotifications = async (query = '') =>
      (await fetch(`${cloudWatch.server.url}/_assay/notifications${query}`).then((answer) =>
        answer.json(),
      )) as {
        notifications: { alarm: string; to: string; target: string }[];
      };
    const all = (await readNotifications()).notifications.map(({ target, to }) => [target, to]);
    expect(all).toEqual([
      [page, 'ALARM'],
      [ticket, 'ALARM'],
      [ticket, 'OK'],
    ]);
    expect((await readNotifications(`?target=${page}`)).notifications).toHaveLength(1);

    await cloudWatch.client.send(new DisableAlarmActionsCommand({ AlarmNames: ['page'] }));
    await cloudWatch.putGauge(2, 10);
    expect(cloudWatch.evaluate(10)).toEqual(['page: OK -> ALARM']);
    expect((await readNotifications()).notifications).toHaveLength(3);
  });

  it('stands in the history with the states, newest first', async () => {
    await cloudWatch.putAlarm('page', { AlarmActions: [page] });
    await cloudWatch.putGauge(2, 0);
    cloudWatch.evaluate(0);
    const answer = await cloudWatch.client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'page' }));
    expect(answer.AlarmHistoryItems?.map((item) => item.HistoryItemType)).toEqual([
      'Action',
      'StateUpdate',
      'ConfigurationUpdate',
    ]);
    const updates = await cloudWatch.client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'page', HistoryItemType: 'StateUpdate' }),
    );
    const [item] = updates.AlarmHistoryItems ?? [];
    expect(item?.Timestamp).toEqual(start);
    expect(JSON.parse(item?.HistoryData ?? '')).toMatchObject({ newState: { stateValue: 'ALARM' } });
  });
});

describe('SetAlarmState and DeleteAlarms', () => {
  it('set a state with its actions until the next evaluation', async () => {
    await cloudWatch.putAlarm('page', { AlarmActions: [page] });
    await cloudWatch.putGauge(0, 0);
    cloudWatch.evaluate(0);
    await cloudWatch.client.send(
      new SetAlarmStateCommand({ AlarmName: 'page', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    expect(cloudWatch.server.alarms.stateOf('page')).toBe('ALARM');
    expect(cloudWatch.server.alarms.notifications).toMatchObject([{ target: page, reason: 'drill' }]);
    await cloudWatch.putGauge(0, 1);
    expect(cloudWatch.evaluate(1)).toEqual(['page: ALARM -> OK']);
  });

  it('answer ResourceNotFound for an alarm that is not there', async () => {
    await cloudWatch.putAlarm('page');
    const gone = { name: 'ResourceNotFound', $metadata: { httpStatusCode: 404 } };
    const remove = (...AlarmNames: string[]) =>
      cloudWatch.client.send(new DeleteAlarmsCommand({ AlarmNames }));
    await expect(remove('page', 'gone')).rejects.toMatchObject(gone);
    await remove('page');
    await expect(
      cloudWatch.client.send(
        new SetAlarmStateCommand({ AlarmName: 'page', StateValue: 'OK', StateReason: '' }),
      ),
    ).rejects.toMatchObject(gone);
  });

  it('changing an alarm keeps its state until the next evaluation', async () => {
    await cloudWatch.putAlarm('page');
    await cloudWatch.putGauge(2, 0);
    cloudWatch.evaluate(0);
    await cloudWatch.putAlarm('page', { Threshold: 5 });
    expect(cloudWatch.server.alarms.stateOf('page')).toBe('ALARM');
    expect(cloudWatch.evaluate(0)).toEqual(['page: ALARM -> OK']);
  });
});
