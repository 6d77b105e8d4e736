import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach } from 'vitest';
import { type CloudWatchServer, startCloudWatch } from '#local/cloudwatch/server.ts';

/** The local CloudWatch of the test that runs, as the SDK reaches it. */
export interface CloudWatchWorld {
  readonly server: CloudWatchServer;
  readonly client: CloudWatchClient;
  /** Puts an alarm as the stack makes them: a gauge, Maximum, 60 s, 1 of 1, missing data ignored. */
  putAlarm(name: string, rest?: Partial<PutMetricAlarmCommandInput>): Promise<unknown>;
  /** Publishes a value so many minutes after {@link start}. */
  putGauge(value: number, minute: number, name?: string): Promise<unknown>;
  /** Evaluates the alarms so many minutes after {@link start}: `page: OK -> ALARM`. */
  evaluate(minute: number): string[];
}

export const start = new Date('2026-11-03T09:00:00Z');

export const minutes = (count: number): Date => new Date(start.getTime() + count * 60_000);

export const topics = {
  page: 'arn:aws:sns:us-east-1:000000000000:page',
  ticket: 'arn:aws:sns:us-east-1:000000000000:ticket',
} as const;

export function connect({ url }: CloudWatchServer, maxAttempts = 1): CloudWatchClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new CloudWatchClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts });
}

/** A new CloudWatch for each test of the file. */
export function useCloudWatch(): CloudWatchWorld {
  let running: { readonly server: CloudWatchServer; readonly client: CloudWatchClient } | undefined;
  const current = () => {
    if (running === undefined) throw new Error('CloudWatch runs inside tests only');
    return running;
  };
  beforeEach(async () => {
    const server = await startCloudWatch();
    running = { server, client: connect(server) };
  });
  afterEach(async () => {
    const { server, client } = current();
    client.destroy();
    await server.close();
  });
  return {
    get server() {
      return current().server;
    },
    get client() {
      return current().client;
    },
    putAlarm: (AlarmName, rest = {}) =>
      current().client.send(
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
      ),
    putGauge: (Value, minute, MetricName = 'pressure') =>
      current().client.send(
        new PutMetricDataCommand({
          Namespace: 'Assay',
          MetricData: [{ MetricName, Value, Timestamp: minutes(minute) }],
        }),
      ),
    evaluate: (minute) =>
      current()
        .server.evaluateAlarms(minutes(minute))
        .map(({ alarm, from, to }) => `${alarm}: ${from} -> ${to}`),
  };
}
