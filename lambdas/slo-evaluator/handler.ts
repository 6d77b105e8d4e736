import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { createCloudWatch, publish } from '#adapters/cloudwatch/publish-metrics.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { required } from '#adapters/environment.ts';
import { announceTransitions, createEventBridge } from '#adapters/eventbridge/transitions.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createSns, publishNotice } from '#adapters/sns/notices.ts';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { env, metricNamespace } from '#core/names.ts';
import { readShare } from '#core/share.ts';
import { Evaluator } from './evaluate-tick.ts';
import { createEvaluatorStores } from './evaluator-stores.ts';
import { roomOf } from './memory/surface-turns.ts';

const logger = new Logger({ serviceName: 'slo-evaluator' });

const evaluator = once(async () => {
  const dynamo = createDynamo();
  const [cloudwatch, events] = [createCloudWatch(), createEventBridge()];
  const stage = required(env.stage);
  const [sqs, sns] = [createSqs(), createSns()];
  const tables = {
    series: required(env.seriesTable),
    judgements: required(env.judgementTable),
    ratings: required(env.ratingTable),
  };
  const catalogue = await readCompiledCatalogue(required(env.catalogue));
  return new Evaluator({
    ...createEvaluatorStores(dynamo, tables, catalogue, (messages) =>
      sendAll(sqs, required(env.judgeQueueUrl), messages),
    ),
    stage,
    notify: (notice, id) => publishNotice(sns, required(env.ticketTopic), notice, id),
    publish: (points) => publish(cloudwatch, metricNamespace(stage), points),
    announce: (transitions) => announceTransitions(events, required(env.eventBus), stage, transitions),
    warn: (message) => logger.warn(message),
    writer: randomUUID(),
    share: readShare(process.env[env.evaluatorShare]),
    roomBytes: roomOf(Number(process.env[env.functionMemory] ?? Number.POSITIVE_INFINITY)),
  });
});

/** Evaluates every SLO at the scheduled time that the event carries (`{"time": ISO 8601}`). */
export async function handler(
  event: { readonly time: string },
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<void> {
  const now = Date.parse(event.time);
  if (Number.isNaN(now))
    throw new Error(
      `Wanted an event {"time": <ISO 8601>}, got a time that cannot be read. The schedule of the Assay stack sends it.`,
    );
  const leftMs = () => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  if ((await (await evaluator()).tick(now, leftMs)) === 'old')
    logger.info('this tick, or a newer one, was evaluated before', { time: event.time });
}
