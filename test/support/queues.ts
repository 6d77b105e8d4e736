import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Provisioned } from '#local/stack/provision.ts';

/** A message as it lies in a queue. */
export interface QueuedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** URL of the queue whose logical id ends so, before the hash that CDK adds: `JudgeDlq`, `ResponseQueue`. */
export function queueUrlOf({ queues }: Pick<Provisioned, 'queues'>, name: string): string {
  const found = Object.entries(queues).find(([id]) => id.replace(/[0-9A-F]{8}$/, '').endsWith(name));
  if (found === undefined) throw new Error(`the template has no queue named like ${name}`);
  return found[1];
}

/** Everything in a queue, seen from outside: nothing is received by that, and nothing hidden. */
export async function readQueue(endpoint: string, queueUrl: string): Promise<QueuedMessage[]> {
  const { ready, delayed, inflight } = await inspect(endpoint, queueUrl);
  return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(
    ({ body, messageAttributes = {} }) => ({
      body,
      attributes: Object.fromEntries(
        Object.entries(messageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      ),
    }),
  );
}

/** Makes every message of a queue that was received and waits visible, as if its wait were over. */
export async function endWaits(endpoint: string, QueueUrl: string): Promise<void> {
  const { inflight } = await inspect(endpoint, QueueUrl);
  const sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });
  await inParallel(inflight, 20, async ({ receiptHandle: ReceiptHandle }) => {
    const ending = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    // Its wait may have ended by itself meanwhile.
    await sqs.send(ending).catch((error: Error) => {
      if (error.name !== 'MessageNotInflight') throw error;
    });
  });
  sqs.destroy();
}

async function inspect(endpoint: string, queueUrl: string): Promise<Inspected['messages']> {
  const response = await fetch(`${endpoint}/_fauxqs/queues/${queueUrl.split('/').at(-1)}`);
  if (!response.ok) throw new Error(`wanted what lies in ${queueUrl}, got HTTP ${response.status}`);
  return ((await response.json()) as Inspected).messages;
}

/** What the queue server tells of a queue. */
interface Inspected {
  readonly messages: {
    readonly ready: readonly InspectedMessage[];
    readonly delayed: readonly InspectedMessage[];
    readonly inflight: readonly { readonly message: InspectedMessage; readonly receiptHandle: string }[];
  };
}

interface InspectedMessage {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, { StringValue?: string }>>;
}
