import { setTimeout as pause } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { packBatches } from '#adapters/sqs/queue.ts';
import { hour, minute } from '#core/time.ts';
import { queueUrlOf } from '../support/queues.ts';
import { until } from '../support/until.ts';
import { type Balance, checkBalance } from './balance.ts';
import { companyOf } from './company.ts';
import type { SentMessage } from './findings.ts';
import { Handlers, type TickOutcome } from './handlers.ts';
import type { Observed } from './observer.ts';
import { type HostileStack, startHostileStack } from './stack.ts';
import { readState, type StoredState } from './stored-state.ts';
import { hostileTraffic, type TrafficMessage } from './traffic.ts';

export interface HostileOptions {
  readonly records: number;
  /** The traffic, each response's fate at the judge, and the order of faults and kills follow from it. */
  readonly seed: string;
  readonly onProgress?: (words: string) => void;
}

export interface HostileRun {
  readonly sent: readonly SentMessage[];
  readonly observed: Observed;
  readonly stored: StoredState;
  /** Of the evaluator, epoch milliseconds. */
  readonly lastTick: number;
  readonly balance: Balance;
  readonly tickLog: readonly TickOutcome[];
  readonly ticks: Handlers['ticks'];
  readonly starts: number;
  /** From the first message sent to the last one done with. */
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** Largest resident sets, bytes: of the handlers' process (largest of its lives) and of the servers'. */
  readonly peakBytes: { readonly handlers: number; readonly servers: number };
}

/** Messages that wait for the sampler at most: a backlog, not the whole traffic at once. */
const longestBacklog = 4_000;
const sendBatch = 500;

/** The schedule's tick, in simulated and in wall time. */
const tickEveryMs = 2_500;
const tickStepMs = 15_000;

/** Nothing left in the queues for so many looks in a row: it is at rest. */
const looksAtRest = 3;
const lookEveryMs = 300;

/** Looks between two good responses that come while others wait: traffic does not end where this one does. */
const companyEvery = 2 * looksAtRest;

/** @throws Error where the queues do not come to rest long after the faults have ended */
export async function runHostile({ records, seed, onProgress }: HostileOptions): Promise<HostileRun> {
  const stack = await startHostileStack({
    seed,
    killEvery: Math.max(1_000, Math.round(records / 40)),
    expectedCalls: records * 0.06,
  });
  const handlers = new Handlers(stack);
  try {
    return await drive(stack, handlers, records, seed, onProgress ?? (() => undefined));
  } finally {
    await handlers.stop();
    await stack.close();
  }
}

async function drive(
  stack: HostileStack,
  handlers: Handlers,
  records: number,
  seed: string,
  report: (progress: string) => void,
): Promise<HostileRun> {
  await handlers.start();
  const now = Date.now();
  const schedule = startSchedule(handlers, now);
  const queues = new Queues(stack);
  const started = performance.now();
  const reportAt = (progress: string) =>
    report(`${((performance.now() - started) / 1_000).toFixed(1)} s: ${progress}`);
  const sent: SentMessage[] = [];
  let batch: TrafficMessage[] = [];
  for (const message of hostileTraffic(seed, records, now)) {
    batch.push(message);
    if (batch.length < sendBatch) continue;
    sent.push(...(await queues.send(batch)));
    batch = [];
    while ((await queues.waiting('ResponseQueue')) > longestBacklog) await pause(50);
    if (sent.length % 10_000 === 0) reportAt(`${sent.length} of ${records} records sent`);
  }
  sent.push(...(await queues.send(batch)));
  reportAt('all sent');
  // The last records meet with faults as well; what is left then has to end in peace.
  await until('most records are handled', async () => (await queues.open('ResponseQueue')) <= records / 100);
  await stack.servers.calm();
  reportAt('faults end, queues drain');
  let looks = 0;
  let sinceCompany = 0;
  await until('the queues are at rest', async () => {
    const open = (await queues.open('ResponseQueue')) + (await queues.open('JudgeQueue'));
    looks = open === 0 ? looks + 1 : 0;
    sinceCompany += 1;
    if (open > 0 && sinceCompany > companyEvery) {
      sent.push(...(await queues.send([companyOf(sent.length, now)])));
      sinceCompany = 0;
    }
    await pause(lookEveryMs);
    return looks >= looksAtRest;
  });
  reportAt('at rest');
  const seconds = (performance.now() - started - looksAtRest * lookEveryMs) / 1_000;
  await schedule.stop();
  const lastTick = Math.ceil((now + 5 * minute) / hour) * hour + minute;
  for (let tries = 0; tries < 5; tries += 1) if (await handlers.tick(lastTick + tries * 60_000)) break;
  const observed = await stack.servers.observed();
  const stored = await readState(stack, lastTick);
  queues.close();
  reportAt('read');
  return {
    sent,
    observed,
    stored,
    lastTick,
    balance: checkBalance(sent, observed, stored, lastTick, handlers.tickLog),
    tickLog: handlers.tickLog,
    ticks: handlers.ticks,
    starts: handlers.starts,
    seconds,
    recordsPerSecond: records / seconds,
    peakBytes: { handlers: handlers.peakBytes, servers: observed.peakBytes },
  };
}

/** The evaluator's schedule: as the traffic comes in, with the faults that the rest has. */
function startSchedule(handlers: Handlers, from: number): { stop: () => Promise<void> } {
  let stopped = false;
  const run = async () => {
    for (let tick = from + tickStepMs; !stopped; tick += tickStepMs) {
      await handlers.tick(tick);
      await pause(tickEveryMs);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

/** The queues past everything that goes wrong: the application's side, and a look from outside. */
class Queues {
  readonly #sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  readonly #stack: HostileStack;

  constructor(stack: HostileStack) {
    this.#stack = stack;
  }

  async send(messages: readonly TrafficMessage[]): Promise<SentMessage[]> {
    const QueueUrl = queueUrlOf(this.#stack.provisioned, 'ResponseQueue');
    const sent: SentMessage[] = [];
    for (const Entries of packBatches(messages)) {
      const { Successful = [] } = await this.#sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Successful.length < Entries.length) throw new Error('the local queue refused a record');
      for (const { Id, MessageId = '' } of Successful) {
        const message = messages[Number(Id)];
        if (message !== undefined)
          sent.push({ messageId: MessageId, what: message.what, expectation: message.expectation });
      }
    }
    return sent;
  }

  /** Messages that are visible. */
  async waiting(queue: string): Promise<number> {
    return (await this.#count(queue)).waiting;
  }

  /** Messages that are not yet done with, visible or not. */
  async open(queue: string): Promise<number> {
    const { waiting, hidden } = await this.#count(queue);
    return waiting + hidden;
  }

  close(): void {
    this.#sqs.destroy();
  }

  async #count(queue: string): Promise<{ waiting: number; hidden: number }> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrlOf(this.#stack.provisioned, queue),
        AttributeNames: ['All'],
      }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  }
}
