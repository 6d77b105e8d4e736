import * as z from 'zod';
import {
  AwsError,
  type AwsJsonServer,
  describeIssues,
  type RouteRequest,
  startAwsJsonServer,
} from '#local/aws/aws-json-server.ts';
import { type AlarmAccount, alarmOperations } from './alarm-operations.ts';
import { type CloudWatch, createCloudWatch } from './cloud-watch.ts';
import { putMetricData, recordMetricData } from './metric-data.ts';
import { metricOperations } from './metric-operations.ts';

/** A CloudWatch that the SDK's client talks to over `url`, and that the same process may also use directly. */
export interface CloudWatchServer extends AwsJsonServer, CloudWatch {}

/** How to start: everything has a default. */
export interface CloudWatchOptions extends Partial<AlarmAccount> {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** State to begin with, of an earlier `snapshot()`. */
  readonly snapshot?: unknown;
}

const evaluateBody = z.object({ now: z.iso.datetime({ offset: true }), metrics: putMetricData.optional() });

/**
 * Starts a local CloudWatch on 127.0.0.1 (AWS JSON 1.0, as the SDK speaks it). Beside the protocol it serves:
 * - `POST /_assay/evaluate {"now": ISO, "metrics"?: a PutMetricData body}`: evaluates alarms; `{transitions: [{at, alarm, from, to, reason}]}`
 * - `POST /_assay/metrics`: a PutMetricData body for any namespace, `AWS/SQS` and the like included
 * - `GET /_assay/state`: `{now, metrics, alarms: [{name, kind, state, reason, since, suppressedBy?}]}`
 * - `GET /_assay/notifications[?target=ARN]`: `{notifications: [{at, alarm, from, to, reason, target}]}`
 * - `GET /_assay/snapshot`, and what every local server has: `GET /_assay/calls`, `POST /_assay/fail`
 */
export async function startCloudWatch(options: CloudWatchOptions = {}): Promise<CloudWatchServer> {
  const cloudWatch = createCloudWatch();
  if (options.snapshot !== undefined) cloudWatch.restore(options.snapshot);
  const { metrics, alarms } = cloudWatch;
  const account = { region: options.region ?? 'us-east-1', account: options.account ?? '000000000000' };
  const server = await startAwsJsonServer(
    {
      target: 'GraniteServiceVersion20100801',
      shapes: 'com.amazonaws.cloudwatch',
      protocol: '1.0',
      operations: {
        ...metricOperations(metrics, cloudWatch.now),
        ...alarmOperations(alarms, account, cloudWatch.now),
      },
      routes: {
        'POST /_assay/evaluate': ({ body }) => {
          const { now, metrics: late } = parseBody(evaluateBody, body);
          if (late !== undefined) recordMetricData(metrics, late, cloudWatch.now());
          return { transitions: cloudWatch.evaluateAlarms(new Date(now)) };
        },
        'POST /_assay/metrics': ({ body }) =>
          recordMetricData(metrics, parseBody(putMetricData, body), cloudWatch.now()),
        'GET /_assay/state': () => describeState(cloudWatch),
        'GET /_assay/notifications': ({ query }: RouteRequest) => {
          const target = query.get('target');
          const notifications = alarms.notifications.filter(
            (each) => target === null || each.target === target,
          );
          return { notifications };
        },
        'GET /_assay/snapshot': () => cloudWatch.snapshot(),
      },
    },
    options.port === undefined ? {} : { port: options.port },
  );
  return { ...cloudWatch, ...server };
}

function describeState({ now, metrics, alarms }: CloudWatch): unknown {
  return {
    now: now().toISOString(),
    metrics: metrics.size,
    alarms: alarms.list().map(({ source, status }) => ({
      name: source.definition.AlarmName,
      kind: source.kind,
      state: status.state,
      reason: status.reason,
      since: new Date(status.transitionedAt).toISOString(),
      suppressedBy: status.suppressedBy,
    })),
  };
}

function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new AwsError('ValidationException', describeIssues(parsed.error));
  return parsed.data;
}
