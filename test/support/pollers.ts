import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EventSource, type EventSourceMapping, type SqsHandler } from '#local/stack/event-source.ts';
import type { AwsProxy } from './aws-proxy.ts';

export interface PollerSetup {
  readonly mappings: readonly EventSourceMapping[];
  readonly timeFactor: number;
}

/** Polls the queues of the functions that have a handler here. @returns what stops it */
export function startPollers(
  { mappings, timeFactor }: PollerSetup,
  handlers: Readonly<Record<string, SqsHandler>>,
): () => Promise<void> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const sources = mappings.flatMap((mapping) => {
    const handler = handlers[mapping.functionName];
    const sentAt = (wall: number) => wall;
    return handler === undefined
      ? []
      : [new EventSource({ sqs, mapping, handler, timeFactor, sentAt, onError: () => undefined })];
  });
  for (const source of sources) source.start();
  return async () => {
    await Promise.all(sources.map((source) => source.stop()));
    sqs.destroy();
  };
}

/**
 * A handler whose failed messages are visible again at once, as if the queue's visibility time-out were over. A wait that
 * the handler has set itself, among the calls that a proxy has seen, stays.
 */
export function givingBackAtOnce(
  handler: SqsHandler,
  { queueUrl: QueueUrl, endpoint, seen }: GivingBack,
): SqsHandler {
  const sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });
  return async (event, context) => {
    const before = seen.length;
    let failed = event.Records;
    try {
      const response = await handler(event, context);
      const ids = response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) ?? [];
      failed = failed.filter(({ messageId }) => ids.includes(messageId));
      return response;
    } finally {
      const waits = seen
        .slice(before)
        .filter(({ operation }) => operation === 'ChangeMessageVisibilityBatch')
        .flatMap(({ body }) => body.Entries as { ReceiptHandle: string }[])
        .map(({ ReceiptHandle }) => ReceiptHandle);
      for (const { receiptHandle: ReceiptHandle } of failed)
        if (!waits.includes(ReceiptHandle))
          await sqs.send(
            new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
          );
    }
  };
}

interface GivingBack {
  readonly queueUrl: string;
  /** Past the proxy. */
  readonly endpoint: string;
  readonly seen: AwsProxy['answered'];
}
