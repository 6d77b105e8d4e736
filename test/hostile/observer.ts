import type { AwsCall } from '../support/aws-proxy.ts';
import { slotOfKey } from './expectation.ts';
import type { Kill } from './kill-points.ts';
import { keyOf, verdictStoredBy } from './kill-points.ts';

/** A call that the judge answered with a readable verdict. Times are epoch milliseconds. */
export interface PaidCall {
  readonly responseId: string;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** What the servers saw of the handlers. */
export interface Observed {
  /** Deliveries of each message of the response queue beyond its first. */
  readonly redeliveries: Readonly<Record<string, number>>;
  /** Messages of the response queue that were handed out, each time counted. */
  readonly deliveries: number;
  readonly paid: readonly PaidCall[];
  readonly asked: number;
  /** When the table took the verdict of each response. */
  readonly stored: Readonly<Record<string, number>>;
  /** When the table refused a verdict or its texts, by response. */
  readonly refusedVerdicts: Readonly<Record<string, readonly number[]>>;
  /** When a lease was given back without an outcome, by response. */
  readonly returnedLeases: Readonly<Record<string, readonly number[]>>;
  /** What the SDK's next attempt at a call added once more, for the answer to the first was not heard: by slot, by column. */
  readonly addedTwice: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often an attempt put a message aside once more, by message. */
  readonly rejectedTwice: Readonly<Record<string, number>>;
  /** The least that all answered calls together cost, US dollars. */
  readonly trueUsd: number;
  /** When which surface's states were stored: ticks, epoch milliseconds. */
  readonly evaluated: Readonly<Record<string, readonly number[]>>;
  readonly kills: readonly Kill[];
  readonly faults: Readonly<Record<string, number>>;
  readonly judgeFaults: Readonly<Record<string, number>>;
  /** Largest resident set of the servers' process, bytes. */
  readonly peakBytes: number;
}

interface RejectedEntry {
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/** Notes what the balance needs, and nothing of any text. */
export class Observer {
  readonly #receives = new Map<string, number>();
  #deliveries = 0;
  #deleted = 0;
  readonly paid: PaidCall[] = [];
  readonly #stored = new Map<string, number>();
  readonly #refused = new Map<string, number[]>();
  readonly #returned = new Map<string, number[]>();
  readonly #attempted = new Set<string>();
  readonly #addedTwice = new Map<string, Record<string, number>>();
  readonly #rejectedTwice = new Map<string, number>();
  readonly #evaluated = new Map<string, number[]>();
  readonly judgeFaults = new Map<string, number>();
  asked = 0;
  trueUsd = 0;

  /** Records of the response queue that were deleted, about: what progress is measured by. */
  get handled(): number {
    return this.#deleted;
  }

  queueAnswered(call: AwsCall, status: number, answer: Buffer): void {
    if (status === 200) this.#noteRejectedTwice(call);
    if (status !== 200 || !String(call.body.QueueUrl).includes('ResponseQueue')) return;
    if (call.operation === 'DeleteMessageBatch') this.#deleted += (call.body.Entries as unknown[]).length;
    if (call.operation !== 'ReceiveMessage') return;
    const { Messages = [] } = JSON.parse(answer.toString()) as {
      Messages?: { MessageId: string; Attributes?: { ApproximateReceiveCount?: string } }[];
    };
    for (const { MessageId, Attributes = {} } of Messages) {
      this.#deliveries += 1;
      const receives = Number(Attributes.ApproximateReceiveCount ?? 1);
      if (receives > 1) this.#receives.set(MessageId, Math.max(receives, this.#receives.get(MessageId) ?? 0));
    }
  }

  tableAnswered(call: AwsCall, status: number): void {
    const stored = verdictStoredBy(call);
    if (stored !== undefined && status === 200) this.#stored.set(stored, Date.now());
    if (status === 200) {
      this.#noteEvaluated(call);
      this.#noteAddedTwice(call);
    }
    if (call.operation !== 'UpdateItem' || !keyOf(call).startsWith('judgement#')) return;
    const values = Object.values(
      (call.body.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>,
    );
    // A lease is taken under a condition that names "waiting" as well; one that is given back knows no "leased".
    const givesBack = values.some(({ S }) => S === 'waiting') && !values.some(({ S }) => S === 'leased');
    if (givesBack) note(this.#returned, call);
  }

  /** Whether an earlier attempt at this call was done too. */
  #isDoneAgain({ invocation }: AwsCall): boolean {
    if (this.#attempted.has(invocation)) return true;
    this.#attempted.add(invocation);
    return false;
  }

  #noteAddedTwice(call: AwsCall): void {
    const slot = slotOfKey(keyOf(call), sortKeyOf(call));
    if (slot === undefined || !this.#isDoneAgain(call)) return;
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = call.body as {
      ExpressionAttributeNames?: Record<string, string>;
      ExpressionAttributeValues?: Record<string, { N?: string }>;
    };
    const columns = this.#addedTwice.get(slot) ?? {};
    this.#addedTwice.set(slot, columns);
    for (const [place, column] of Object.entries(names))
      columns[column] = (columns[column] ?? 0) + Number(values[place.replace('#', ':')]?.N ?? 0);
  }

  #noteRejectedTwice(call: AwsCall): void {
    if (call.operation !== 'SendMessageBatch' || !String(call.body.QueueUrl).includes('RejectedQueue'))
      return;
    if (!this.#isDoneAgain(call)) return;
    for (const { MessageAttributes } of call.body.Entries as RejectedEntry[]) {
      const id = MessageAttributes?.messageId?.StringValue ?? '';
      this.#rejectedTwice.set(id, (this.#rejectedTwice.get(id) ?? 0) + 1);
    }
  }

  #noteEvaluated(call: AwsCall): void {
    const [, surface] = /^state#(.+)$/.exec(sortKeyOf(call)) ?? [];
    if (call.operation !== 'PutItem' || surface === undefined) return;
    const { tick } = call.body.Item as { tick?: { N?: string } };
    this.#evaluated.set(surface, [...(this.#evaluated.get(surface) ?? []), Number(tick?.N)]);
  }

  tableRefused(call: AwsCall): void {
    if (verdictStoredBy(call) !== undefined || keyOf(call).startsWith('text#')) note(this.#refused, call);
  }

  observed(kills: readonly Kill[], faults: ReadonlyMap<string, number>, peakBytes: number): Observed {
    return {
      redeliveries: Object.fromEntries([...this.#receives].map(([id, receives]) => [id, receives - 1])),
      deliveries: this.#deliveries,
      paid: this.paid,
      asked: this.asked,
      stored: Object.fromEntries(this.#stored),
      refusedVerdicts: Object.fromEntries(this.#refused),
      returnedLeases: Object.fromEntries(this.#returned),
      addedTwice: Object.fromEntries(this.#addedTwice),
      rejectedTwice: Object.fromEntries(this.#rejectedTwice),
      trueUsd: this.trueUsd,
      evaluated: Object.fromEntries(this.#evaluated),
      kills,
      faults: Object.fromEntries(faults),
      judgeFaults: Object.fromEntries(this.judgeFaults),
      peakBytes,
    };
  }
}

function sortKeyOf({ body }: AwsCall): string {
  const { sk } = (body.Key ?? body.Item ?? {}) as Record<string, { S?: string } | undefined>;
  return sk?.S ?? '';
}

function note(times: Map<string, number[]>, call: AwsCall): void {
  const { pk, sk } = (call.body.Key ?? call.body.Item ?? {}) as Record<string, { S?: string } | undefined>;
  const id = pk?.S?.startsWith('text#') ? pk.S.slice('text#'.length) : (sk?.S?.split('#')[0] ?? '');
  times.set(id, [...(times.get(id) ?? []), Date.now()]);
}
