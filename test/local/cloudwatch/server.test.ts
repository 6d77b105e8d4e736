import { DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { startCloudWatch } from '#local/cloudwatch/server.ts';
import { connect, minutes, start, topics, useCloudWatch } from '#test/support/cloudwatch.ts';

const { page } = topics;

const cloudWatch = useCloudWatch();

describe('a later process', () => {
  it('serves the same metrics, alarms, history and notifications from a snapshot', async () => {
    await cloudWatch.putAlarm('page', { AlarmActions: [page], EvaluationPeriods: 2 });
    await cloudWatch.putGauge(2, 0);
    await cloudWatch.putGauge(3, 1);
    const values = { MetricName: 'latency', Values: [1, 2, 900], Counts: [5, 3, 1], Timestamp: minutes(1) };
    await cloudWatch.client.send(new PutMetricDataCommand({ Namespace: 'Assay', MetricData: [values] }));
    cloudWatch.evaluate(1);
    const snapshot: unknown = JSON.parse(JSON.stringify(cloudWatch.server.snapshot()));

    const later = await startCloudWatch({ snapshot });
    const { MetricAlarms } = await connect(later).send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.[0]).toMatchObject({ AlarmName: 'page', StateValue: 'ALARM' });
    expect(later.now()).toEqual(minutes(1));
    expect(later.alarms.notifications).toEqual(cloudWatch.server.alarms.notifications);
    expect(later.snapshot()).toEqual(cloudWatch.server.snapshot());
    expect(later.evaluateAlarms(minutes(2))).toEqual([]);
    await later.close();
  });
});

describe('over HTTP', () => {
  it('evaluates at a time and shows the state', async () => {
    await cloudWatch.putAlarm('page');
    await cloudWatch.putGauge(2, 0);
    const evaluate = (body: unknown) =>
      fetch(`${cloudWatch.server.url}/_assay/evaluate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const answer = await evaluate({ now: start.toISOString() });
    expect(await answer.json()).toEqual({
      transitions: [
        {
          at: start.toISOString(),
          alarm: 'page',
          from: 'INSUFFICIENT_DATA',
          to: 'ALARM',
          reason:
            '1 of the last 1 datapoints [2] greater than or equal to the threshold (1), 1 of 1 needed for ALARM',
        },
      ],
    });
    expect((await evaluate({ now: 'yesterday' })).status).toBe(400);
    expect((await evaluate({ now: start.toISOString(), metrics: { MetricData: [] } })).status).toBe(400);
    const state = await fetch(`${cloudWatch.server.url}/_assay/state`).then((each) => each.json());
    expect(state).toMatchObject({ now: start.toISOString(), alarms: [{ name: 'page', state: 'ALARM' }] });
    const Timestamp = minutes(0).getTime() / 1_000;
    const late = { Namespace: 'late', MetricData: [{ MetricName: 'beat', Timestamp, Value: 1 }] };
    const before = cloudWatch.server.metrics.size;
    expect((await evaluate({ now: start.toISOString(), metrics: late })).status).toBe(200);
    expect(cloudWatch.server.metrics.size).toBe(before + 1);
  });
});

describe('the server', () => {
  it('names the operations it serves when asked for another', async () => {
    const headers = { 'x-amz-target': 'GraniteServiceVersion20100801.PutDashboard' };
    const answer = await fetch(cloudWatch.server.url, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      __type: 'com.amazonaws.cloudwatch#UnknownOperationException',
      message: expect.stringContaining('PutMetricData'),
    });
  });

  it('refuses web pages: a POST beside the protocol must be JSON', async () => {
    const answer = await fetch(`${cloudWatch.server.url}/_assay/evaluate`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(415);
  });
});
