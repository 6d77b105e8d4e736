import { createRandom } from '#core/statistics/random.ts';
import type { AwsCall } from '../support/aws-proxy.ts';

/** Moments at which the handlers' process is killed. `before`: the call is not made any more; `after`: it was. */
export const killPoints = [
  'before the judge answers',
  'before the texts of a verdict',
  'between texts and verdict',
  'after the verdict, before its hour is marked',
  'before a count, after forwarding',
  'after a count, before deletion',
  'after forwarding, before rejecting and counting',
  'after burying in the DLQ',
  'while publishing gauges or metrics',
  'while deleting messages',
] as const;
export type KillPoint = (typeof killPoints)[number];

export interface Kill {
  readonly point: KillPoint;
  /** Epoch milliseconds. */
  readonly at: number;
  /** When the next process began: calls until then are the dead one's. Undefined while none has. */
  readonly replacedAt: number | undefined;
}

/** Kills the handlers' process at the next moment that comes up in a seeded order, every so many records. */
export class Killer {
  readonly kills: Kill[] = [];
  readonly #order: KillPoint[];
  readonly #every: number;
  #pid: number | undefined;
  #next: number;
  /** Records after which a moment that has not come gives way. */
  #patience: number;
  #calm = false;

  /** @param every records between two kills */
  constructor(seed: string, every: number) {
    this.#order = createRandom(`${seed}/kills`).shuffle(killPoints);
    this.#every = every;
    this.#next = every;
    this.#patience = every / 8;
  }

  /** A process is about to begin its work. */
  watch(pid: number): void {
    this.#pid = pid;
    const last = this.kills.pop();
    if (last !== undefined) this.kills.push({ ...last, replacedAt: last.replacedAt ?? Date.now() });
  }

  calm(): void {
    this.#calm = true;
  }

  /**
   * Told of each moment as it comes. @param records handled so far
   * @returns whether the process was killed at it
   */
  at(point: KillPoint | undefined, records: number): boolean {
    if (point === undefined || this.#calm || this.#pid === undefined || records < this.#next) return false;
    if (point !== this.#order[0]) {
      // A moment that seldom comes gives way to the next one after a while.
      if (records < this.#next + this.#patience) return false;
      this.#patience += this.#every / 8;
      this.#rotate();
      return false;
    }
    this.#rotate();
    try {
      process.kill(this.#pid, 'SIGKILL');
    } catch {
      return false;
    }
    this.kills.push({ point, at: Date.now(), replacedAt: undefined });
    this.#pid = undefined;
    this.#next = records + this.#every;
    this.#patience = this.#every / 8;
    return true;
  }

  #rotate(): void {
    this.#order.push(...this.#order.splice(0, 1));
  }
}

/** The moment before a call is made. */
export function momentBefore(call: AwsCall): KillPoint | undefined {
  const { operation } = call;
  if (operation === 'PutItem' && keyOf(call).startsWith('text#')) return 'before the texts of a verdict';
  if (operation === 'UpdateItem' && storesVerdict(call)) return 'between texts and verdict';
  if (operation === 'UpdateItem' && keyOf(call).startsWith('count#'))
    return 'before a count, after forwarding';
  if (operation === 'PutMetricData') return 'while publishing gauges or metrics';
  return undefined;
}

/** The moment after a call was made, before its answer arrives. */
export function momentAfter(call: AwsCall): KillPoint | undefined {
  const { operation, body } = call;
  const queue = String(body.QueueUrl ?? '');
  if (operation === 'UpdateItem' && storesVerdict(call))
    return 'after the verdict, before its hour is marked';
  if (operation === 'UpdateItem' && keyOf(call).startsWith('count#')) return 'after a count, before deletion';
  if (operation === 'SendMessageBatch' && queue.includes('JudgeQueue'))
    return 'after forwarding, before rejecting and counting';
  if (operation === 'SendMessageBatch' && queue.includes('Dlq')) return 'after burying in the DLQ';
  if (operation === 'DeleteMessageBatch') return 'while deleting messages';
  return undefined;
}

/** Partition key of the item that a call writes. */
export function keyOf({ body }: AwsCall): string {
  const { pk } = (body.Key ?? body.Item ?? {}) as Record<string, { S?: string } | undefined>;
  return pk?.S ?? '';
}

/** The response whose verdict a call stores; undefined where it stores none. */
export function verdictStoredBy(call: AwsCall): string | undefined {
  if (call.operation !== 'UpdateItem' || !storesVerdict(call)) return undefined;
  const { sk } = (call.body.Key ?? {}) as { sk?: { S?: string } };
  return sk?.S?.split('#')[0];
}

function storesVerdict(call: AwsCall): boolean {
  const values = (call.body.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>;
  return keyOf(call).startsWith('judgement#') && Object.values(values).some(({ S }) => S === 'judged');
}
