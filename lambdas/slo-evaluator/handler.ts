import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { createCloudWatch, publish } from '#adapters/cloudwatch/publish-metrics.ts';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { required } from '#adapters/environment.ts';
import { announceTransitions, createEventBridge } from '#adapters/eventbridge/transitions.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createSns, publishNotice } from '#adapters/sns/notices.ts';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { env, metricNamespace } from '#core/names.ts';
import { AnchorWatch } from './anchor-watch.ts';
import { Evaluator } from './evaluate-tick.ts';

const logger = new Logger({ serviceName: 'slo-evaluator' });

const evaluator = once(async () => {
  const dynamo = createDynamo();
  const cloudwatch = createCloudWatch();
  const events = createEventBridge();
  const stage = required(env.stage);
  const [sqs, sns] = [createSqs(), createSns()];
  const catalogue = await readCompiledCatalogue(required(env.catalogue));
  const tables = { judgements: required(env.judgementTable), ratings: required(env.ratingTable) };
  const judgements = createJudgementStore(dynamo, tables.judgements, catalogue.retention);
  return new Evaluator({
    catalogue,
    stage,
    store: createSeriesStore(dynamo, required(env.seriesTable)),
    judgements,
    ratings: createRatingStore(dynamo, tables.ratings),
    anchors: new AnchorWatch({
      catalogue,
      judgements,
      anchors: createAnchorStore(dynamo, tables),
      forward: (messages) => sendAll(sqs, required(env.judgeQueueUrl), messages),
    }),
    notify: (notice, id) => publishNotice(sns, required(env.ticketTopic), notice, id),
    publish: (points) => publish(cloudwatch, metricNamespace(stage), points),
    announce: (transitions) => announceTransitions(events, required(env.eventBus), stage, transitions),
    warn: (message) => logger.warn(message),
    writer: randomUUID(),
  });
});

/** Evaluates every SLO at the scheduled time that the event carries (`{"time": ISO 8601}`). */
export async function handler(event: { readonly time: string }): Promise<void> {
  const now = Date.parse(event.time);
  if (Number.isNaN(now))
    throw new Error(
      `Wanted an event {"time": <ISO 8601>}, got a time that cannot be read. The schedule of the Assay stack sends it.`,
    );
  if ((await (await evaluator()).tick(now)) === 'old')
    logger.info('this tick, or a newer one, was evaluated before', { time: event.time });
}
