import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { env } from '#core/names.ts';
import { type SamplerDependencies, sampleBatch } from './sample-batch.ts';

const logger = new Logger({ serviceName: 'sampler' });

const dependencies = once(async (): Promise<SamplerDependencies> => {
  const sqs = createSqs();
  return {
    catalogue: await readCompiledCatalogue(required(env.catalogue)),
    counters: createCounterStore(createDynamo(), required(env.seriesTable)),
    forward: (messages) => sendAll(sqs, required(env.judgeQueueUrl), messages),
    reject: (messages) => sendAll(sqs, required(env.rejectedQueueUrl), messages),
    stamp: randomUUID,
  };
});

/** Samples a batch of the response queue. Messages it could not finish come again; the others are done. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await sampleBatch(
    await dependencies(),
    event.Records.map(({ messageId, body, attributes }) => ({
      messageId,
      body,
      sentAt: Number(attributes.SentTimestamp),
      receives: Number(attributes.ApproximateReceiveCount),
    })),
  );
  if (failed.length > 0)
    logger.warn('messages go back to the response queue', {
      failed: failed.length,
      of: event.Records.length,
    });
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
