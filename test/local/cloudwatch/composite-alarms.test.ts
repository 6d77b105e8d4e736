import { DescribeAlarmsCommand, PutCompositeAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { topics, useCloudWatch } from '#test/support/cloudwatch.ts';

const { page } = topics;

const cloudWatch = useCloudWatch();

describe('composite alarms', () => {
  const composite = (AlarmName: string, AlarmRule: string, rest = {}) =>
    cloudWatch.client.send(
      new PutCompositeAlarmCommand({ AlarmName, AlarmRule, AlarmActions: [page], ...rest }),
    );
  const notified = () => cloudWatch.server.alarms.notifications.map(({ alarm, to }) => `${alarm} ${to}`);

  it('follow their children in the same evaluation, through composites of composites', async () => {
    await cloudWatch.putAlarm('fast');
    await cloudWatch.putAlarm('slow', { Threshold: 3 });
    await composite('both', 'ALARM("fast") AND ALARM("slow")');
    const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:both';
    await composite('any', `ALARM("${arn}") OR ALARM(fast)`);
    await composite('none', 'NOT ALARM("any")');
    await cloudWatch.putGauge(2, 0);
    expect(cloudWatch.evaluate(0)).toEqual([
      'fast: INSUFFICIENT_DATA -> ALARM',
      'slow: INSUFFICIENT_DATA -> OK',
      'both: INSUFFICIENT_DATA -> OK',
      'any: INSUFFICIENT_DATA -> ALARM',
      'none: INSUFFICIENT_DATA -> OK',
    ]);
    await cloudWatch.putGauge(4, 1);
    expect(cloudWatch.evaluate(1)).toEqual(['slow: OK -> ALARM', 'both: OK -> ALARM']);
    expect(notified()).toEqual(['any ALARM', 'both ALARM']);
  });

  it('are refused when they name alarms that do not exist, or themselves', async () => {
    await expect(composite('x', 'ALARM("gone")')).rejects.toMatchObject({
      Code: 'ValidationError',
      message: expect.stringContaining('[gone] do not exist'),
    });
    await expect(composite('x', 'ALARM("x")')).rejects.toMatchObject({ Code: 'ValidationError' });
    await expect(composite('x', 'AT_LEAST(1, ALARM, (a))')).rejects.toThrow(/unsupported AT_LEAST/);
  });

  it('keep quiet while their suppressor is in ALARM and for its extension, then tell', async () => {
    await cloudWatch.putAlarm('deploying', { MetricName: 'deploying' });
    await cloudWatch.putAlarm('slow');
    await composite('page', 'ALARM("slow")', {
      ActionsSuppressor: 'deploying',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });
    await cloudWatch.putGauge(1, 0, 'deploying');
    await cloudWatch.putGauge(2, 0);
    cloudWatch.evaluate(0);
    expect(notified()).toEqual([]);
    const { CompositeAlarms } = await cloudWatch.client.send(
      new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
    );
    expect(CompositeAlarms?.[0]).toMatchObject({ StateValue: 'ALARM', ActionsSuppressedBy: 'Alarm' });
    await cloudWatch.putGauge(0, 5, 'deploying');
    cloudWatch.evaluate(5);
    cloudWatch.evaluate(6);
    expect(notified()).toEqual([]);
    cloudWatch.evaluate(7);
    expect(notified()).toEqual(['page ALARM']);
  });

  it('tell nobody of an alarm that came and went within the wait period', async () => {
    await cloudWatch.putAlarm('deploying', { MetricName: 'deploying' });
    await cloudWatch.putAlarm('slow');
    const wait = {
      ActionsSuppressor: 'deploying',
      ActionsSuppressorWaitPeriod: 300,
      ActionsSuppressorExtensionPeriod: 0,
    };
    await composite('page', 'ALARM("slow")', { ...wait, OKActions: [page] });
    await cloudWatch.putGauge(0, 0);
    cloudWatch.evaluate(0);
    await cloudWatch.putGauge(2, 1);
    cloudWatch.evaluate(1);
    await cloudWatch.putGauge(0, 2);
    cloudWatch.evaluate(2);
    expect(notified()).toEqual(['page OK']);
    expect(cloudWatch.server.alarms.stateOf('page')).toBe('OK');
  });
});
