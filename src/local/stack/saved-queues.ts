import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What waits in the local queues, kept between processes: the queues themselves live in memory. */
export type SavedQueues = Readonly<
  Record<string, readonly { readonly body: string; readonly attributes: Readonly<Record<string, string>> }[]>
>;

interface InspectedQueue {
  readonly messages: {
    readonly ready: readonly SavedMessage[];
    readonly delayed: readonly SavedMessage[];
    readonly inflight: readonly { readonly message: SavedMessage }[];
  };
}

interface SavedMessage {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/** Reads every message of the queues, visible or not. */
export async function saveQueues(
  endpoint: string,
  queues: Readonly<Record<string, string>>,
): Promise<SavedQueues> {
  const saved: Record<string, SavedQueues[string]> = {};
  for (const name of Object.keys(queues)) {
    const response = await fetch(`${endpoint}/_fauxqs/queues/${encodeURIComponent(name)}`);
    if (!response.ok) continue;
    const { messages } = (await response.json()) as InspectedQueue;
    const all = [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
    saved[name] = all.map(({ body, messageAttributes = {} }) => ({
      body,
      attributes: Object.fromEntries(
        Object.entries(messageAttributes).map(([key, { StringValue = '' }]) => [key, StringValue]),
      ),
    }));
  }
  return saved;
}

/** Puts saved messages back. */
export async function restoreQueues(
  queues: Readonly<Record<string, string>>,
  saved: SavedQueues,
): Promise<void> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  for (const [name, messages] of Object.entries(saved)) {
    const QueueUrl = queues[name];
    if (QueueUrl === undefined) continue;
    for (const { body, attributes } of messages) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
      );
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    }
  }
  sqs.destroy();
}
