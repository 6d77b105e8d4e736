import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What Assay wants of a response at least; every other field stands in docs/records.md. */
export interface ResponseRecord {
  readonly id: string;
  /** ISO 8601 with a zone. */
  readonly at: string;
  readonly surface: string;
  readonly status: 'success' | 'error';
  readonly request?: { readonly messages: readonly { readonly role: string; readonly content: string }[] };
  readonly response?: { readonly content?: string; readonly finishReason?: string };
  readonly [further: string]: unknown;
}

/** What users do later. */
export interface FeedbackRecord {
  readonly kind: 'feedback';
  readonly id: string;
  readonly at: string;
  readonly responseAt: string;
  readonly surface: string;
  readonly accepted: boolean;
  readonly reason?: 'regenerated' | 'abandoned' | 'handed-off' | 'thumbs-down';
  readonly [further: string]: unknown;
}

export interface SenderOptions {
  readonly sqs?: SQSClient;
  /** Records that wait in memory at most; further ones are dropped and counted. */
  readonly mostWaiting?: number;
  /** How long a record waits for company, milliseconds. */
  readonly flushMs?: number;
}

/** SendMessageBatch takes 10 entries and 1 MiB in all. */
const maxEntries = 10;
const maxBatchBytes = 1024 * 1024;
/** Assay's own limit of a record's texts. A body that keeps to it stays under SQS's 1 MiB in any language. */
const maxCharacters = 300_000;
const maxTries = 4;

/**
 * Sends records in batches, beside the answers and never before them: `send` returns at once and throws nothing, and what
 * cannot be sent is counted in `dropped`. Call `close` when the process ends, and in Lambda at the end of each invocation.
 */
export class RecordSender {
  readonly #queueUrl: string;
  readonly #sqs: SQSClient;
  readonly #mostWaiting: number;
  readonly #flushMs: number;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  /** Records that were lost. Put it on a metric of your own. */
  dropped = 0;

  constructor(queueUrl: string, { sqs, mostWaiting = 10_000, flushMs = 500 }: SenderOptions = {}) {
    this.#queueUrl = queueUrl;
    this.#sqs = sqs ?? new SQSClient({});
    this.#mostWaiting = mostWaiting;
    this.#flushMs = flushMs;
  }

  send(record: ResponseRecord | FeedbackRecord): void {
    if (this.#waiting.length >= this.#mostWaiting) {
      this.dropped += 1;
      return;
    }
    this.#waiting.push(bodyOf(record));
    if (this.#waiting.length >= maxEntries) this.#flush();
    else {
      this.#timer ??= setTimeout(() => this.#flush(), this.#flushMs);
      // A timer must not keep a process alive that has nothing else to do.
      this.#timer.unref();
    }
  }

  /** Sends what waits, and resolves when everything is sent or given up. */
  async close(): Promise<void> {
    this.#flush();
    await this.#sending;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bodies = this.#waiting;
    this.#waiting = [];
    this.#sending = this.#sending.then(async () => {
      for (const batch of inBatches(bodies)) await this.#sendBatch(batch);
    });
  }

  async #sendBatch(bodies: readonly string[]): Promise<void> {
    let left = bodies;
    for (let tries = 1; left.length > 0 && tries <= maxTries; tries += 1) {
      if (tries > 1) await pause(2 ** tries * 50 * (0.5 + Math.random()));
      left = await this.#tryBatch(left);
    }
    this.dropped += left.length;
  }

  /** @returns what SQS did not take; a batch can be taken in part, and then throws nothing */
  async #tryBatch(bodies: readonly string[]): Promise<readonly string[]> {
    try {
      const { Failed = [] } = await this.#sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      );
      return Failed.flatMap(({ Id }) => bodies[Number(Id)] ?? []);
    } catch {
      return bodies;
    }
  }
}

/** A record that is too long goes without its texts: it still counts, and is not judged. */
function bodyOf(record: ResponseRecord | FeedbackRecord): string {
  const body = JSON.stringify(record);
  if (body.length <= maxCharacters) return body;
  const { request: _, response: __, context: ___, ...counted } = record;
  return JSON.stringify(counted);
}

function inBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const last = batches.at(-1);
    if (last === undefined || last.length === maxEntries || bytes + size > maxBatchBytes) {
      batches.push([body]);
      bytes = size;
    } else {
      last.push(body);
      bytes += size;
    }
  }
  return batches;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
