import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { findDimensions, type MetricQuery, readMetrics } from '#adapters/cloudwatch/read-metrics.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { readDepths } from '#adapters/sqs/queue-depth.ts';
import { metric, metricNamespace } from '#core/names.ts';
import type { EndReason } from '#core/report/end-reasons.ts';
import type { RecordNotes } from '#core/series/record-notes.ts';
import { day } from '#core/time.ts';
import { EndReasonReader } from '#local/report/read-end-reasons.ts';
import type { QueueUrls } from '../target/queues.ts';
import type { Target } from '../target/target.ts';
import { countRecords } from './status-counts.ts';

/**
 * Where everything of a deployed stack is, of the last 24 hours: records by their own time, as the tables count them;
 * what became of judgements as the judge's metrics tell; queues as SQS counts them, approximately.
 */
export interface StackBalance {
  readonly approximate: true;
  readonly hours: 24;
  readonly received: number;
  /** Messages that could not be read. */
  readonly rejected: number;
  readonly sampled: number;
  readonly notes: RecordNotes;
  readonly states: { readonly judged: number; readonly unjudgeable: number; readonly shed: number };
  /** Messages in queues, visible or not, by logical id. */
  readonly queues: Readonly<Record<string, number>>;
  /** Why judgements of the latest hours ended without a verdict, the commonest of each end. */
  readonly reasons: readonly EndReason[];
}

/** Counts from the counters, the judge's metrics and the queues' attributes, and reads reasons where they lie; no table is scanned. */
export async function readStackBalance(
  cloudwatch: CloudWatchClient,
  target: Target,
  queueUrls: QueueUrls,
  now: number,
): Promise<StackBalance> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const namespace = metricNamespace(target.stage);
  const ends = [metric.judged, metric.unjudgeable, metric.shed] as const;
  const series = await Promise.all(ends.map((name) => findDimensions(cloudwatch, namespace, name)));
  const queries = ends.flatMap((name, index) =>
    (series[index] ?? []).map(
      (dimensions): MetricQuery => ({ namespace, name, dimensions, statistic: 'Sum' }),
    ),
  );
  const [{ hoursOfEnds, ...records }, values, queues] = await Promise.all([
    countRecords(target, now),
    readMetrics(cloudwatch, queries, { from: now - day, to: now }, 3_600),
    readDepths(sqs, queueUrls),
  ]);
  sqs.destroy();
  const sums = values.map((each) => each.reduce((sum, value) => sum + value, 0));
  const sumOf = (name: string) =>
    queries.reduce((sum, query, index) => (query.name === name ? sum + (sums[index] ?? 0) : sum), 0);
  const judgements = createJudgementStore(
    target.dynamo,
    target.tables.judgements,
    target.catalogue.retention,
  );
  return {
    approximate: true,
    hours: 24,
    ...records,
    states: {
      judged: sumOf(metric.judged),
      unjudgeable: sumOf(metric.unjudgeable),
      shed: sumOf(metric.shed),
    },
    queues,
    reasons: await new EndReasonReader(judgements).read(hoursOfEnds),
  };
}
