import { SQSClient } from '@aws-sdk/client-sqs';
import { EventSource, type EventSourceMapping, type SqsHandler } from '#local/stack/event-source.ts';

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
