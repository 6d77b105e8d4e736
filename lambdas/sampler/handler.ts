import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createNameStore } from '#adapters/dynamodb/name-store.ts';
import { readZooms } from '#adapters/dynamodb/zoom-store.ts';
import { required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { env } from '#core/names.ts';
import { nameCaps } from '#core/series/counted-names.ts';
import { CountedNames, describeNotice } from './counted-names.ts';
import { endOfWork, type SamplerDependencies, sampleBatch } from './sample-batch.ts';
import { SamplerZoom } from './zoom.ts';

const logger = new Logger({ serviceName: 'sampler' });
const warn = (message: string) => logger.warn(message);

const dependencies = once(async (): Promise<SamplerDependencies> => {
  const sqs = createSqs();
  const dynamo = createDynamo();
  const table = required(env.seriesTable);
  const catalogue = await readCompiledCatalogue(required(env.catalogue));
  return {
    catalogue,
    counters: createCounterStore(dynamo, table),
    names: new CountedNames(createNameStore(dynamo, table), nameCaps(catalogue), (notice) =>
      logger.warn(describeNotice(notice), { ...notice }),
    ),
    zoom: new SamplerZoom(catalogue, () => readZooms(dynamo, table), warn),
    forward: (messages) => sendAll(sqs, required(env.judgeQueueUrl), messages),
    reject: (messages) => sendAll(sqs, required(env.rejectedQueueUrl), messages),
    stamp: randomUUID,
  };
});

/** Samples a batch of the response queue. Messages it could not finish come again; the others are done. */
export async function handler(
  event: SQSEvent,
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  const { failed, recounted } = await sampleBatch(
    await dependencies(),
    event.Records.map(({ messageId, body, attributes }) => ({
      messageId,
      body,
      sentAt: Number(attributes.SentTimestamp),
      receives: Number(attributes.ApproximateReceiveCount),
    })),
    endOfWork(context?.getRemainingTimeInMillis()),
  );
  const told = { failed: failed.length, of: event.Records.length, recounted };
  if (failed.length > 0) logger.warn('messages go back to the response queue', told);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
