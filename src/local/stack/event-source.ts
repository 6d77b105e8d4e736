import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createContext } from './lambda-context.ts';

/** An event-source mapping of the template, resolved. Waiting times in seconds as SQS knows them, not yet scaled. */
export interface EventSourceMapping {
  readonly functionName: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maximumConcurrency: number;
  readonly timeoutSeconds: number;
}

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

/** Lambda hands a function at most this much. */
const maxPayloadBytes = 6 * 1024 * 1024;

/** Done messages wait this long for company before they are deleted: well under any visibility time-out. */
const longestUndeletedMs = 300;

/** A poller whose queue cannot be reached asks again after this. */
const unreachableWaitMs = 200;

/**
 * A function has so long at least, however many simulated minutes a second stands for: work does not go quicker here, and a call
 * of the judge that a slow machine would break off is paid for twice. No longer than messages are hidden.
 */
const leastWorkMs = 6_000;

/** Room that a record's own attributes take beside its body. */
const recordOverheadBytes = 1_024;

export interface EventSourceOptions {
  readonly sqs: SQSClient;
  readonly mapping: EventSourceMapping;
  readonly handler: SqsHandler;
  readonly timeFactor: number;
  /** Simulated time of a message that was sent at a wall-clock instant. */
  readonly sentAt: (wall: number) => number;
  /** Told of invocations that threw. */
  readonly onError: (functionName: string, error: unknown) => void;
}

/**
 * Polls a queue and invokes a handler as Lambda would: batches up to the batch size, the batching window and 6 MB;
 * deletes what succeeded; leaves what failed to its visibility time-out.
 */
export class EventSource {
  readonly #use: EventSourceOptions;
  #stopped = false;
  #loops: Promise<void>[] = [];
  /** Messages received and not deleted: they wait for their visibility to end. */
  #parked = new Set<string>();
  /** Receipt handles of messages that are done with and not yet deleted. */
  readonly #done: string[] = [];
  #deletion: NodeJS.Timeout | undefined;
  /** Received beyond what the last batch could hold; the next one starts with them. */
  readonly #left: Message[] = [];
  /** Deletions under way. The next queue's messages need not wait for them; the barrier does. */
  readonly #deleting = new Set<Promise<unknown>>();

  constructor(options: EventSourceOptions) {
    this.#use = options;
  }

  /** Messages that failed and wait to become visible again. */
  get parked(): number {
    return this.#parked.size;
  }

  /** Handles everything that is visible now, and returns how many messages that were. */
  async drain(): Promise<number> {
    const { mapping } = this.#use;
    const running = new Set<Promise<void>>();
    let handled = 0;
    for (;;) {
      const batch = await this.#receiveBatch(0, false);
      handled += batch.length;
      if (batch.length > 0) {
        const invocation: Promise<void> = this.#invoke(batch).finally(() => running.delete(invocation));
        running.add(invocation);
      }
      if (batch.length < Math.min(mapping.batchSize, 10) && this.#left.length === 0) break;
      if (running.size >= mapping.maximumConcurrency) await Promise.race(running);
    }
    await Promise.all(running);
    return handled;
  }

  /** Waits until everything that was handled is deleted from the queue. */
  async deleted(): Promise<void> {
    this.#delete();
    await Promise.all(this.#deleting);
  }

  /** Polls until stopped. */
  start(): void {
    const { mapping, onError } = this.#use;
    const loop = async () => {
      while (!this.#stopped) {
        try {
          const batch = await this.#receiveBatch(mapping.batchingWindowSeconds, true);
          if (batch.length > 0) await this.#invoke(batch);
        } catch (error) {
          if (this.#stopped) return;
          onError(mapping.functionName, error);
          await new Promise((resolve) => setTimeout(resolve, unreachableWaitMs));
        }
      }
    };
    this.#loops = Array.from({ length: Math.min(mapping.maximumConcurrency, 5) }, loop);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    await this.deleted();
  }

  /**
   * Receives up to a batch: stops at the size, at the payload limit, at the window's end, or where the queue is empty
   * and there is no window.
   *
   * @param wait whether to wait for a first message
   */
  async #receiveBatch(windowSeconds: number, wait: boolean): Promise<Message[]> {
    const { mapping, timeFactor } = this.#use;
    const batch: Message[] = [];
    let bytes = 0;
    const addToBatch = (messages: readonly Message[]) => {
      for (const message of messages) {
        const size = Buffer.byteLength(message.Body ?? '') + recordOverheadBytes;
        const fits =
          batch.length < mapping.batchSize && (batch.length === 0 || bytes + size <= maxPayloadBytes);
        if (!fits || this.#left.length > 0) this.#left.push(message);
        else {
          batch.push(message);
          bytes += size;
        }
      }
    };
    addToBatch(this.#left.splice(0));
    let until = batch.length > 0 ? Date.now() + (windowSeconds * 1000) / timeFactor : undefined;
    while (batch.length < mapping.batchSize && this.#left.length === 0 && !this.#stopped) {
      const received = await this.#receive(
        Math.min(10, mapping.batchSize - batch.length),
        wait && batch.length === 0,
      );
      addToBatch(received);
      if (batch.length === 0) break;
      until ??= Date.now() + (windowSeconds * 1000) / timeFactor;
      if (received.length === 10) continue;
      if (Date.now() >= until) break;
      if (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return batch;
  }

  async #receive(atMost: number, wait: boolean): Promise<Message[]> {
    const { Messages = [] } = await this.#use.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#use.mapping.queueUrl,
        MaxNumberOfMessages: atMost,
        WaitTimeSeconds: wait ? 1 : 0,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  async #invoke(batch: readonly Message[]): Promise<void> {
    const { mapping, handler, onError } = this.#use;
    let failed: ReadonlySet<string>;
    try {
      const response = await handler(
        { Records: batch.map((message) => this.#toRecord(message)) },
        this.#context(),
      );
      failed = failedIds(response, batch);
    } catch (error) {
      onError(mapping.functionName, error);
      failed = new Set(batch.map(({ MessageId }) => MessageId ?? ''));
    }
    for (const { MessageId = '' } of batch) {
      if (failed.has(MessageId)) this.#parked.add(MessageId);
      else this.#parked.delete(MessageId);
    }
    const done = batch.filter(({ MessageId = '' }) => !failed.has(MessageId));
    this.#done.push(...done.map(({ ReceiptHandle = '' }) => ReceiptHandle));
    if (this.#done.length >= 10) this.#delete();
    else if (this.#done.length > 0)
      this.#deletion ??= setTimeout(() => this.#delete(), longestUndeletedMs).unref();
  }

  /** Deletes what is done, ten to a call. What cannot be deleted comes again, as it does on AWS. */
  #delete(): void {
    const { sqs, mapping, onError } = this.#use;
    clearTimeout(this.#deletion);
    this.#deletion = undefined;
    const handles = this.#done.splice(0);
    const calls: Promise<unknown>[] = [];
    for (let start = 0; start < handles.length; start += 10) {
      const Entries = handles
        .slice(start, start + 10)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      calls.push(sqs.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries })));
    }
    const deleting: Promise<unknown> = Promise.all(calls)
      .catch((error: unknown) => onError(mapping.functionName, error))
      .finally(() => this.#deleting.delete(deleting));
    this.#deleting.add(deleting);
  }

  #toRecord(message: Message): SQSRecord {
    const attributes = message.Attributes ?? {};
    return {
      messageId: message.MessageId ?? '',
      receiptHandle: message.ReceiptHandle ?? '',
      body: message.Body ?? '',
      md5OfBody: message.MD5OfBody ?? '',
      attributes: {
        ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
        SentTimestamp: String(this.#use.sentAt(Number(attributes.SentTimestamp))),
        SenderId: attributes.SenderId ?? '',
        ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '',
      },
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(
          ([name, { StringValue = '', DataType = 'String' }]) => [
            name,
            { stringValue: StringValue, dataType: DataType },
          ],
        ),
      ),
      eventSource: 'aws:sqs',
      eventSourceARN: this.#use.mapping.queueArn,
      awsRegion: 'us-east-1',
    };
  }

  #context(): Context {
    const { mapping, timeFactor } = this.#use;
    const end = Date.now() + Math.max(leastWorkMs, (mapping.timeoutSeconds * 1000) / timeFactor);
    return createContext(mapping.functionName, end);
  }
}

function failedIds(response: SQSBatchResponse | undefined, batch: readonly Message[]): Set<string> {
  const named = (response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  const known = new Set(batch.map(({ MessageId }) => MessageId ?? ''));
  // As Lambda does: a failure that names no message of the batch fails all of it.
  return named.every((id) => known.has(id)) ? new Set(named) : known;
}
