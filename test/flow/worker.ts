import { SQSClient } from '@aws-sdk/client-sqs';
import { EventSource, type EventSourceMapping, type SqsHandler } from '#local/aws/event-source.ts';

/** The handlers and their pollers in a process of their own, which a test kills. Its environment is the functions'. */
export interface WorkerSetup {
  readonly mappings: readonly EventSourceMapping[];
  readonly timeFactor: number;
}

const setup = JSON.parse(process.argv[2] ?? '{}') as WorkerSetup;

const [sampler, judge] = await Promise.all([
  import('#lambdas/sampler/handler.ts'),
  import('#lambdas/judge/handler.ts'),
]);
const handlers: Readonly<Record<string, SqsHandler>> = { sampler: sampler.handler, judge: judge.handler };

for (const mapping of setup.mappings) {
  const handler = handlers[mapping.functionName];
  if (handler === undefined) continue;
  new EventSource({
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    mapping,
    handler,
    timeFactor: setup.timeFactor,
    sentAt: (wall) => wall,
    onError: () => undefined,
  }).start();
}
process.send?.('ready');
