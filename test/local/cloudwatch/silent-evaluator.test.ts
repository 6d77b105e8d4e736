import { PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { metric, metricNamespace } from '#core/names.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { minutes, useCloudWatch } from '#test/support/cloudwatch.ts';
import { resource } from '#test/support/read-template.ts';
import { templatesOf } from '#test/support/templates.ts';

const cloudWatch = useCloudWatch();
const name = 'assay-test-operations-evaluator-silent';
const { template } = await templatesOf(testCatalogue(), 'test');
const {
  AlarmActions: _,
  OKActions: __,
  ...alarm
} = resource(template, 'AWS::CloudWatch::Alarm', 'OperationalAlarmsevaluatorsilent').properties;

/** The alarm of the template, as the first deployment makes it. */
async function deploy(): Promise<void> {
  await cloudWatch.client.send(
    new PutMetricAlarmCommand(alarm as unknown as ConstructorParameters<typeof PutMetricAlarmCommand>[0]),
  );
}

async function beat(minute: number): Promise<void> {
  await cloudWatch.client.send(
    new PutMetricDataCommand({
      Namespace: metricNamespace('test'),
      MetricData: [{ MetricName: metric.heartbeat, Value: 1, Timestamp: minutes(minute) }],
    }),
  );
}

/** Evaluates each minute of a stretch. @returns what changed, by its minute */
async function live(from: number, to: number, beats: (minute: number) => boolean): Promise<string[]> {
  const changes: string[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    if (beats(minute)) await beat(minute);
    changes.push(
      ...cloudWatch.evaluate(minute).map((change) => `${minute} ${change.replace(`${name}: `, '')}`),
    );
  }
  return changes;
}

const always = () => true;
const never = () => false;

describe('the alarm of a silent evaluator', () => {
  it('rings nobody on a first deployment, before the first tick and after it', async () => {
    await deploy();
    expect(await live(0, 20, never)).toEqual([]);
    expect(await live(21, 60, always)).toEqual(['21 INSUFFICIENT_DATA -> OK']);
  });

  it('tells within ten minutes, stays on while the silence lasts, and ends soon after it', async () => {
    await deploy();
    await live(0, 30, always);
    // The last tick was at 30; 38 is the eighth silent minute, and is over at 39.
    expect(await live(31, 40, never)).toEqual(['39 OK -> ALARM']);
    expect(await live(41, 400, never)).toEqual([]);
    expect(await live(401, 420, always)).toEqual(['401 ALARM -> OK']);
  });

  it('tells of an evaluator that ticks now and then only', async () => {
    await deploy();
    await live(0, 30, always);
    expect(await live(31, 60, (minute) => minute % 7 === 0)).toEqual(
      expect.arrayContaining([expect.stringMatching(/OK -> ALARM/)]),
    );
  });

  it('takes one slow tick, or one that is lost, for no silence', async () => {
    await deploy();
    await live(0, 30, always);
    expect(await live(31, 60, (minute) => minute < 35 || minute > 40)).toEqual([]);
    expect(await live(61, 120, (minute) => minute % 3 !== 0)).toEqual([]);
  });
});
