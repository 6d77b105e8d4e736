import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DisableAlarmActionsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudWatchServer, startCloudWatch } from '#local/cloudwatch/server.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const start = new Date('2026-11-03T09:00:00Z');
const minutes = (count: number): Date => new Date(start.getTime() + count * 60_000);
const page = 'arn:aws:sns:us-east-1:000000000000:page';
const ticket = 'arn:aws:sns:us-east-1:000000000000:ticket';

let server: CloudWatchServer;
let client: CloudWatchClient;

const connect = ({ url }: CloudWatchServer) =>
  new CloudWatchClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });

beforeEach(async () => {
  server = await startCloudWatch();
  client = connect(server);
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

/** The shape of the alarms that the stack makes: a gauge, Maximum, 60 s, 1 of 1, missing data ignored. */
const gaugeAlarm = (AlarmName: string, rest: Partial<PutMetricAlarmCommandInput> = {}) =>
  client.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Assay',
      MetricName: 'pressure',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
      ...rest,
    }),
  );

const gauge = (Value: number, minute: number, MetricName = 'pressure') =>
  client.send(
    new PutMetricDataCommand({
      Namespace: 'Assay',
      MetricData: [{ MetricName, Value, Timestamp: minutes(minute) }],
    }),
  );

const changes = (minute: number): string[] =>
  server.evaluateAlarms(minutes(minute)).map(({ alarm, from, to }) => `${alarm}: ${from} -> ${to}`);

const stateOf = (name: string) => server.alarms.stateOf(name);

describe('a gauge alarm', () => {
  it('fires and clears with ticks five minutes apart, at the tick itself', async () => {
    await gaugeAlarm('page');
    await gauge(0, 0);
    expect(changes(0)).toEqual(['page: INSUFFICIENT_DATA -> OK']);
    await gauge(1.2, 5);
    expect(changes(5)).toEqual(['page: OK -> ALARM']);
    await gauge(1.5, 10);
    expect(changes(10)).toEqual([]);
    await gauge(0.7, 15);
    expect(changes(15)).toEqual(['page: ALARM -> OK']);
  });

  it('keeps its state through a night without points when missing data are ignored', async () => {
    await gaugeAlarm('page');
    await gauge(2, 0);
    changes(0);
    expect(changes(600)).toEqual([]);
    expect(stateOf('page')).toBe('ALARM');
  });

  it('loses its data when missing data are missing, and fires when they are breaching', async () => {
    await gaugeAlarm('missing', { TreatMissingData: 'missing' });
    await gaugeAlarm('silent', { TreatMissingData: 'breaching' });
    await gaugeAlarm('calm', { TreatMissingData: 'notBreaching' });
    await gauge(0, 0);
    changes(0);
    expect(changes(2)).toEqual([]);
    expect(changes(10)).toEqual(['missing: OK -> INSUFFICIENT_DATA', 'silent: OK -> ALARM']);
  });

  it('needs M of N, over periods that slide with the minute', async () => {
    await gaugeAlarm('slow', {
      Period: 300,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'missing',
    });
    for (const [minute, value] of [0, 0, 2, 0, 2].entries()) await gauge(value, 1 + minute * 5);
    expect(changes(5)).toEqual(['slow: INSUFFICIENT_DATA -> OK']);
    expect(changes(15)).toEqual([]);
    expect(changes(25)).toEqual(['slow: OK -> ALARM']);
  });

  it('watches a percentile', async () => {
    await gaugeAlarm('p90', { Statistic: undefined, ExtendedStatistic: 'p90', Threshold: 5 });
    const values = { MetricName: 'pressure', Values: [1, 9], Counts: [8, 2], Timestamp: minutes(0) };
    await client.send(new PutMetricDataCommand({ Namespace: 'Assay', MetricData: [values] }));
    expect(changes(0)).toEqual(['p90: INSUFFICIENT_DATA -> ALARM']);
  });

  it('sees only points of the unit it asks for', async () => {
    await gaugeAlarm('percent', { Unit: 'Percent', TreatMissingData: 'missing' });
    await gauge(5, 0);
    expect(changes(0)).toEqual([]);
  });

  it('watches a ratio of metrics', async () => {
    const query = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Assay', MetricName }, Period: 300, Stat: 'Sum' },
    });
    await client.send(
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
    await gauge(100, 1, 'asked');
    expect(changes(5)).toEqual(['errors: INSUFFICIENT_DATA -> OK']);
    await gauge(6, 2, 'failed');
    expect(changes(5)).toEqual(['errors: OK -> ALARM']);
  });
});

describe('who is told', () => {
  it('is recorded by topic, and nobody while actions are disabled', async () => {
    await gaugeAlarm('page', { AlarmActions: [page, ticket], OKActions: [ticket] });
    await gauge(2, 0);
    changes(0);
    await gauge(0, 5);
    changes(5);
    const readNotifications = async (query = '') =>
      (await fetch(`${server.url}/_assay/notifications${query}`).then((answer) => answer.json())) as {
        notifications: { alarm: string; to: string; target: string }[];
      };
    const all = (await readNotifications()).notifications.map(({ target, to }) => [target, to]);
    expect(all).toEqual([
      [page, 'ALARM'],
      [ticket, 'ALARM'],
      [ticket, 'OK'],
    ]);
    expect((await readNotifications(`?target=${page}`)).notifications).toHaveLength(1);

    await client.send(new DisableAlarmActionsCommand({ AlarmNames: ['page'] }));
    await gauge(2, 10);
    expect(changes(10)).toEqual(['page: OK -> ALARM']);
    expect((await readNotifications()).notifications).toHaveLength(3);
  });

  it('stands in the history with the states, newest first', async () => {
    await gaugeAlarm('page', { AlarmActions: [page] });
    await gauge(2, 0);
    changes(0);
    const answer = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'page' }));
    expect(answer.AlarmHistoryItems?.map((item) => item.HistoryItemType)).toEqual([
      'Action',
      'StateUpdate',
      'ConfigurationUpdate',
    ]);
    const updates = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'page', HistoryItemType: 'StateUpdate' }),
    );
    const [item] = updates.AlarmHistoryItems ?? [];
    expect(item?.Timestamp).toEqual(start);
    expect(JSON.parse(item?.HistoryData ?? '')).toMatchObject({ newState: { stateValue: 'ALARM' } });
  });
});

describe('composite alarms', () => {
  const composite = (AlarmName: string, AlarmRule: string, rest = {}) =>
    client.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule, AlarmActions: [page], ...rest }));
  const notified = () => server.alarms.notifications.map(({ alarm, to }) => `${alarm} ${to}`);

  it('follow their children in the same evaluation, through composites of composites', async () => {
    await gaugeAlarm('fast');
    await gaugeAlarm('slow', { Threshold: 3 });
    await composite('both', 'ALARM("fast") AND ALARM("slow")');
    const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:both';
    await composite('any', `ALARM("${arn}") OR ALARM(fast)`);
    await composite('none', 'NOT ALARM("any")');
    await gauge(2, 0);
    expect(changes(0)).toEqual([
      'fast: INSUFFICIENT_DATA -> ALARM',
      'slow: INSUFFICIENT_DATA -> OK',
      'both: INSUFFICIENT_DATA -> OK',
      'any: INSUFFICIENT_DATA -> ALARM',
      'none: INSUFFICIENT_DATA -> OK',
    ]);
    await gauge(4, 1);
    expect(changes(1)).toEqual(['slow: OK -> ALARM', 'both: OK -> ALARM']);
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
    await gaugeAlarm('deploying', { MetricName: 'deploying' });
    await gaugeAlarm('slow');
    await composite('page', 'ALARM("slow")', {
      ActionsSuppressor: 'deploying',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });
    await gauge(1, 0, 'deploying');
    await gauge(2, 0);
    changes(0);
    expect(notified()).toEqual([]);
    const { CompositeAlarms } = await client.send(
      new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
    );
    expect(CompositeAlarms?.[0]).toMatchObject({ StateValue: 'ALARM', ActionsSuppressedBy: 'Alarm' });
    await gauge(0, 5, 'deploying');
    changes(5);
    changes(6);
    expect(notified()).toEqual([]);
    changes(7);
    expect(notified()).toEqual(['page ALARM']);
  });

  it('tell nobody of an alarm that came and went within the wait period', async () => {
    await gaugeAlarm('deploying', { MetricName: 'deploying' });
    await gaugeAlarm('slow');
    const wait = {
      ActionsSuppressor: 'deploying',
      ActionsSuppressorWaitPeriod: 300,
      ActionsSuppressorExtensionPeriod: 0,
    };
    await composite('page', 'ALARM("slow")', { ...wait, OKActions: [page] });
    await gauge(0, 0);
    changes(0);
    await gauge(2, 1);
    changes(1);
    await gauge(0, 2);
    changes(2);
    expect(notified()).toEqual(['page OK']);
    expect(stateOf('page')).toBe('OK');
  });
});

describe('DescribeAlarms', () => {
  it('gives what was put, and leaves composites out unless asked', async () => {
    await gaugeAlarm('page', {
      AlarmDescription: 'what it means',
      Dimensions: [{ Name: 'slo', Value: 'score' }],
    });
    await client.send(new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: 'ALARM("page")' }));
    const { MetricAlarms, CompositeAlarms } = await client.send(new DescribeAlarmsCommand({}));
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
    for (const name of ['assay-a', 'assay-b', 'other']) await gaugeAlarm(name);
    await client.send(
      new SetAlarmStateCommand({ AlarmName: 'other', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    const names = async (input: DescribeAlarmsCommandInput) =>
      (await client.send(new DescribeAlarmsCommand(input))).MetricAlarms?.map(({ AlarmName }) => AlarmName);
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
      server.alarms.put(
        {
          kind: 'metric',
          definition: { ...definition, ...rule, ComparisonOperator: 'GreaterThanThreshold' },
        },
        start,
      );
    }
    const pages: number[] = [];
    for await (const each of paginateDescribeAlarms({ client }, {}))
      pages.push(each.MetricAlarms?.length ?? 0);
    expect(pages).toEqual([50, 10]);
  });
});

describe('SetAlarmState and DeleteAlarms', () => {
  it('set a state with its actions until the next evaluation', async () => {
    await gaugeAlarm('page', { AlarmActions: [page] });
    await gauge(0, 0);
    changes(0);
    await client.send(
      new SetAlarmStateCommand({ AlarmName: 'page', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    expect(stateOf('page')).toBe('ALARM');
    expect(server.alarms.notifications).toMatchObject([{ target: page, reason: 'drill' }]);
    await gauge(0, 1);
    expect(changes(1)).toEqual(['page: ALARM -> OK']);
  });

  it('answer ResourceNotFound for an alarm that is not there', async () => {
    await gaugeAlarm('page');
    const gone = { name: 'ResourceNotFound', $metadata: { httpStatusCode: 404 } };
    const remove = (...AlarmNames: string[]) => client.send(new DeleteAlarmsCommand({ AlarmNames }));
    await expect(remove('page', 'gone')).rejects.toMatchObject(gone);
    await remove('page');
    await expect(
      client.send(new SetAlarmStateCommand({ AlarmName: 'page', StateValue: 'OK', StateReason: '' })),
    ).rejects.toMatchObject(gone);
  });

  it('changing an alarm keeps its state until the next evaluation', async () => {
    await gaugeAlarm('page');
    await gauge(2, 0);
    changes(0);
    await gaugeAlarm('page', { Threshold: 5 });
    expect(stateOf('page')).toBe('ALARM');
    expect(changes(0)).toEqual(['page: ALARM -> OK']);
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
      await expect(gaugeAlarm('x', rest)).rejects.toMatchObject({
        name: 'ValidationException',
        Code: 'ValidationError',
        message: expect.stringMatching(message),
      });
    });
  }
});

describe('a later process', () => {
  it('serves the same metrics, alarms, history and notifications from a snapshot', async () => {
    await gaugeAlarm('page', { AlarmActions: [page], EvaluationPeriods: 2 });
    await gauge(2, 0);
    await gauge(3, 1);
    const values = { MetricName: 'latency', Values: [1, 2, 900], Counts: [5, 3, 1], Timestamp: minutes(1) };
    await client.send(new PutMetricDataCommand({ Namespace: 'Assay', MetricData: [values] }));
    changes(1);
    const snapshot: unknown = JSON.parse(JSON.stringify(server.snapshot()));

    const later = await startCloudWatch({ snapshot });
    const { MetricAlarms } = await connect(later).send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.[0]).toMatchObject({ AlarmName: 'page', StateValue: 'ALARM' });
    expect(later.now()).toEqual(minutes(1));
    expect(later.alarms.notifications).toEqual(server.alarms.notifications);
    expect(later.snapshot()).toEqual(server.snapshot());
    expect(later.evaluateAlarms(minutes(2))).toEqual([]);
    await later.close();
  });
});

describe('over HTTP', () => {
  it('evaluates at a time and shows the state', async () => {
    await gaugeAlarm('page');
    await gauge(2, 0);
    const evaluate = (body: unknown) =>
      fetch(`${server.url}/_assay/evaluate`, {
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
    const state = await fetch(`${server.url}/_assay/state`).then((each) => each.json());
    expect(state).toMatchObject({ now: start.toISOString(), alarms: [{ name: 'page', state: 'ALARM' }] });
  });
});
