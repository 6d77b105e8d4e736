import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { findDimensions, type MetricQuery, readMetrics } from '#adapters/cloudwatch/read-metrics.ts';
import { readDepths } from '#adapters/sqs/queue-depth.ts';
import { metric, metricNamespace } from '#core/names.ts';
import { day } from '#core/time.ts';
import { findStackQueues } from '../target/queues.ts';

/** Where everything of a deployed stack is, as its metrics and queues tell: approximate, the last 24 hours. */
export interface StackBalance {
  readonly approximate: true;
  readonly hours: 24;
  readonly received: number;
  /** Records put into the rejected queue. */
  readonly rejected: number;
  readonly sampled: number;
  readonly states: { readonly judged: number; readonly unjudgeable: number; readonly shed: number };
  /** Messages in queues, visible or not, by logical id. */
  readonly queues: Readonly<Record<string, number>>;
}

/** Counts from gauges, the judge's metrics and the queues' attributes; no table is read. */
export async function readStackBalance(
  cloudwatch: CloudWatchClient,
  { stack, stage }: { readonly stack: string; readonly stage: string },
  now: number,
): Promise<StackBalance> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const urls = await findStackQueues(stack);
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const namespace = metricNamespace(stage);
  const ends = [metric.judged, metric.unjudgeable, metric.shed] as const;
  const series = await Promise.all(ends.map((name) => findDimensions(cloudwatch, namespace, name)));
  const rejectedName = urls.IntakeRejectedQueue.slice(urls.IntakeRejectedQueue.lastIndexOf('/') + 1);
  const queries: MetricQuery[] = [
    { namespace, name: metric.received, statistic: 'Sum' },
    { namespace, name: metric.sampled, statistic: 'Sum' },
    {
      namespace: 'AWS/SQS',
      name: 'NumberOfMessagesSent',
      dimensions: { QueueName: rejectedName },
      statistic: 'Sum',
    },
    ...ends.flatMap((name, index) =>
      (series[index] ?? []).map((dimensions) => ({ namespace, name, dimensions, statistic: 'Sum' as const })),
    ),
  ];
  const [values, queues] = await Promise.all([
    readMetrics(cloudwatch, queries, { from: now - day, to: now }, 3_600),
    readDepths(sqs, urls),
  ]);
  sqs.destroy();
  const sums = values.map((each) => each.reduce((sum, value) => sum + value, 0));
  // Each minute's gauge tells of the hour before it.
  const hourly = (sum = 0) => Math.round(sum / 60);
  const sumOf = (name: string) =>
    queries.reduce((sum, query, index) => (query.name === name ? sum + (sums[index] ?? 0) : sum), 0);
  return {
    approximate: true,
    hours: 24,
    received: hourly(sums[0]),
    sampled: hourly(sums[1]),
    rejected: sums[2] ?? 0,
    states: {
      judged: sumOf(metric.judged),
      unjudgeable: sumOf(metric.unjudgeable),
      shed: sumOf(metric.shed),
    },
    queues,
  };
}
