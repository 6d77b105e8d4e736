import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchRequestEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientSettings, quicken } from '../client-settings.ts';
import { inParallel } from '../in-parallel.ts';

/** SQS's limits of one call: entries, and bytes of all bodies and attributes together. */
const maxEntries = 10;
export const maxMessageBytes = 1_048_576;

/** Most seconds that a message's visibility can be set to. */
export const maxVisibilitySeconds = 43_200;

export interface OutgoingMessage {
  readonly body: string;
  /** String attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export function createSqs(): SQSClient {
  return quicken(new SQSClient({ ...clientSettings, useQueueUrlAsEndpoint: false }));
}

/**
 * Sends messages in as few calls as the limits allow.
 *
 * @returns per message, in order, whether the queue took it
 */
export async function sendAll(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly OutgoingMessage[],
): Promise<boolean[]> {
  const taken = messages.map(() => false);
  const send = async (entries: SendMessageBatchRequestEntry[]) => {
    try {
      const { Successful = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      );
      for (const { Id } of Successful) taken[Number(Id)] = true;
    } catch {
      // None of this call was taken; the caller returns these messages to their queue.
    }
  };
  await inParallel(packBatches(messages), 8, send);
  return taken;
}

/** Groups messages by the two limits, keeping their order. Entry ids are positions in the list. */
export function packBatches(messages: readonly OutgoingMessage[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let current: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    const size = messageBytes(message);
    if (current.length === maxEntries || (current.length > 0 && bytes + size > maxMessageBytes)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    const attributes = Object.entries(message.attributes ?? {}).map(([name, value]) => [
      name,
      { DataType: 'String', StringValue: value },
    ]);
    current.push({
      Id: String(index),
      MessageBody: acceptable(message.body),
      ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
    });
    bytes += size;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}

/**
 * The same text with U+FFFD for each character that SQS refuses (it takes those of XML 1.0). Their escapes are valid
 * JSON, so they come in with records, and one of them would keep its message coming back for ever.
 */
function acceptable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, '\ufffd');
}

/** Size of a message as SQS counts it: body, attribute names, types and values, in bytes. */
export function messageBytes({ body, attributes = {} }: OutgoingMessage): number {
  const size = Buffer.byteLength(body);
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    size,
  );
}

/**
 * Makes received messages visible again after a wait. A failure is harmless: the queue's own visibility time-out
 * then decides.
 */
export async function returnAfter(
  sqs: SQSClient,
  queueUrl: string,
  waits: readonly { receiptHandle: string; seconds: number }[],
): Promise<void> {
  const entries: ChangeMessageVisibilityBatchRequestEntry[] = waits.map(
    ({ receiptHandle, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.max(0, Math.min(maxVisibilitySeconds, Math.ceil(seconds))),
    }),
  );
  for (let start = 0; start < entries.length; start += maxEntries) {
    const call = new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
      Entries: entries.slice(start, start + maxEntries),
    });
    await sqs.send(call).catch(() => undefined);
  }
}
