import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

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

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

/** Lambda hands a function at most this much. */
const maxPayloadBytes = 6 * 1024 * 1024;

/** Done messages wait this long for company before they are deleted: well under any visibility time-out. */
const longestUndeletedMs = 500;

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
  #doneSince = 0;
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
      const batch = await this.#receiveBatch(0);
      handled += batch.length;
      if (batch.length > 0) {
        const invocation: Promise<void> = this.#invoke(batch).finally(() => running.delete(invocation));
        running.add(invocation);
      }
      if (batch.length < Math.min(mapping.batchSize, 10)) break;
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
    const { mapping } = this.#use;
    const loop = async () => {
      while (!this.#stopped) {
        const batch = await this.#receiveBatch(mapping.batchingWindowSeconds);
        if (batch.length > 0) await this.#invoke(batch);
      }
    };
    this.#loops = Array.from({ length: Math.min(mapping.maximumConcurrency, 5) }, loop);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    await this.deleted();
  }

  /** Receives up to a batch: stops at the size, the payload limit, the window's end, or (no window) an empty queue. */
  async #receiveBatch(windowSeconds: number): Promise<Message[]> {
    const { sqs, mapping, timeFactor } = this.#use;
    const batch: Message[] = [];
    let bytes = 0;
    let until = Number.POSITIVE_INFINITY;
    while (batch.length < mapping.batchSize && !this.#stopped) {
      const waiting = windowSeconds > 0 && batch.length === 0;
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: mapping.queueUrl,
          MaxNumberOfMessages: Math.min(10, mapping.batchSize - batch.length),
          WaitTimeSeconds: waiting ? 1 : 0,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      for (const message of Messages) bytes += Buffer.byteLength(message.Body ?? '') + recordOverheadBytes;
      batch.push(...Messages);
      if (batch.length > 0 && until === Number.POSITIVE_INFINITY)
        until = Date.now() + (windowSeconds * 1000) / timeFactor;
      // A receive brings at most 10 MB; Lambda stops collecting in time, here a batch may be one receive over.
      if (bytes > maxPayloadBytes / 2 || Messages.length < 10) {
        if (windowSeconds === 0 || Date.now() >= until || bytes > maxPayloadBytes / 2) break;
        if (Messages.length === 0 && batch.length > 0)
          await new Promise((resolve) => setTimeout(resolve, 20));
        if (Messages.length === 0 && batch.length === 0) break;
      }
    }
    return batch;
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
    if (done.length > 0 && this.#done.length === 0) this.#doneSince = Date.now();
    this.#done.push(...done.map(({ ReceiptHandle = '' }) => ReceiptHandle));
    if (this.#done.length >= 10 || Date.now() - this.#doneSince > longestUndeletedMs) this.#delete();
  }

  /** Deletes what is done, ten to a call. */
  #delete(): void {
    const { sqs, mapping } = this.#use;
    const handles = this.#done.splice(0);
    const calls: Promise<unknown>[] = [];
    for (let start = 0; start < handles.length; start += 10) {
      const Entries = handles
        .slice(start, start + 10)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      calls.push(sqs.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries })));
    }
    const deleting: Promise<unknown> = Promise.all(calls).finally(() => this.#deleting.delete(deleting));
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
        ApproximateReceiveCount: attributes['ApproximateReceiveCount'] ?? '1',
        SentTimestamp: String(this.#use.sentAt(Number(attributes['SentTimestamp']))),
        SenderId: attributes['SenderId'] ?? '',
        ApproximateFirstReceiveTimestamp: attributes['ApproximateFirstReceiveTimestamp'] ?? '',
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
    const end = Date.now() + (mapping.timeoutSeconds * 1000) / timeFactor;
    return localContext(mapping.functionName, end);
  }
}

function failedIds(response: SQSBatchResponse | void, batch: readonly Message[]): Set<string> {
  const named = (response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  const known = new Set(batch.map(({ MessageId }) => MessageId ?? ''));
  // As Lambda does: a failure that names no message of the batch fails all of it.
  return named.every((id) => known.has(id)) ? new Set(named) : known;
}

/** A Lambda context with the parts that handlers read. */
export function localContext(functionName: string, end: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '1024',
    awsRequestId: crypto.randomUUID(),
    logGroupName: 'local',
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
