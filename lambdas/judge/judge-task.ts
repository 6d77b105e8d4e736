import { setTimeout as pause } from 'node:timers/promises';
import type { Circuits } from '#adapters/dynamodb/circuits.ts';
import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import type { Delivery, JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { BatchAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import type { JudgeAnswer, JudgeCall } from '#adapters/openai/judge-client.ts';
import { type Catalogue, findRubric } from '#core/catalogue/catalogue.ts';
import { judgeCostUsd, largestCallUsd, type TokenUsage } from '#core/cost/judge-cost.ts';
import { backoffSeconds, blockedWaitSeconds, type JudgeError, maxTries } from '#core/judging/judge-error.ts';
import {
  type EndWithoutVerdict,
  type JudgeTask,
  judgeFingerprint,
  judgementName,
} from '#core/judging/judgement.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import type { DirtyHour } from '#core/series/keys.ts';
import { hourKey } from '#core/time.ts';
import { hasOutlived, outlivedReason } from './message-age.ts';

/** What becomes of a message: done with, or visible again after a wait. */
export type Disposal =
  | { readonly kind: 'done'; readonly dirty?: DirtyHour }
  | { readonly kind: 'again'; readonly seconds: number };

/** What happened, for the live metrics. */
export type JudgeEvent =
  | { readonly kind: 'judged'; readonly task: JudgeTask; readonly judged: JudgedVerdict }
  | { readonly kind: 'ended'; readonly task: JudgeTask; readonly state: EndWithoutVerdict }
  | { readonly kind: 'error'; readonly task: JudgeTask; readonly error: JudgeError };

export interface JudgeDependencies {
  readonly catalogue: Catalogue;
  readonly store: JudgementStore;
  readonly circuits: Circuits;
  readonly allowance: BatchAllowance;
  readonly ask: (call: JudgeCall) => Promise<JudgeAnswer>;
  /** Puts a message whose tries are spent into the DLQ. @throws when the queue does not take it */
  readonly sendToDlq: (task: JudgeTask, reason: string) => Promise<void>;
  readonly recordEvent: (event: JudgeEvent) => void;
  /** How far evaluation has come, epoch milliseconds. */
  readonly readLastTick: (now: number) => Promise<number | undefined>;
  /** Wall clock, epoch milliseconds: leases and circuits live in real time. */
  readonly now: () => number;
  readonly random: () => number;
  /** A new unguessable string at each call. */
  readonly nonce: () => string;
}

/** How the message came, its `sentAt` being the day whose budget pays, and until when there is time. */
export interface Timing extends Delivery {
  /** When this invocation must have ended, epoch milliseconds. */
  readonly deadline: number;
}

/** Left of the invocation after the last call, to store what came of it: at most this, or a quarter of what is left. */
const longestStoringMs = 3_000;

/** A judge that has not answered by then is not going to. */
const longestCallMs = 60_000;

/** Under this a call is not worth starting. */
const shortestCallMs = 200;

/** First pause before an outcome that the table did not take is put again; each further one doubles. */
const firstStoringPauseMs = 50;

/** How often an unreadable answer is asked for again within one try. */
const maxReadings = 2;

/**
 * Works on one judgement: lease, circuit, cap, call, verdict. Whatever happens, the message ends in a state that the
 * design names, and no error becomes a score.
 */
export async function judgeTask(
  dependencies: JudgeDependencies,
  task: JudgeTask,
  timing: Timing,
): Promise<Disposal> {
  const { store, now, nonce } = dependencies;
  const started = now();
  const lease = await store.acquire(task, nonce(), started, timing.deadline, timing);
  const dirty = changedHour(task);
  switch (lease.kind) {
    case 'held':
      return { kind: 'again', seconds: Math.max(1, (lease.until - started) / 1000) };
    case 'ended':
      if (lease.state === 'dlq' && !lease.sent) await sendToDlqAndMark(dependencies, task, lease.reason);
      return { kind: 'done', ...dirty };
    case 'acquired':
      return new Attempt(dependencies, task, timing, lease, dirty).run();
  }
}

/** The hour whose roll-up a first judgement changes. Repeats compare the judge with itself and stand in no roll-up. */
function changedHour({ surface, at, rubric, repeat }: JudgeTask): { dirty?: DirtyHour } {
  if (repeat > 0) return {};
  return { dirty: { of: 'verdicts', surface, hour: hourKey(Date.parse(at)), rubric } };
}

async function sendToDlqAndMark(
  { sendToDlq, store }: JudgeDependencies,
  task: JudgeTask,
  reason: string,
): Promise<void> {
  await sendToDlq(task, reason);
  await store.markSent(task);
}

/** One try at a judgement whose lease is ours. */
class Attempt {
  readonly #use: JudgeDependencies;
  readonly #task: JudgeTask;
  readonly #timing: Timing;
  readonly #lease: { owner: string; tries: number };
  readonly #dirty: { dirty?: DirtyHour };
  #probing = false;

  constructor(
    use: JudgeDependencies,
    task: JudgeTask,
    timing: Timing,
    lease: { owner: string; tries: number },
    dirty: { dirty?: DirtyHour },
  ) {
    this.#use = use;
    this.#task = task;
    this.#timing = timing;
    this.#lease = lease;
    this.#dirty = dirty;
  }

  async run(): Promise<Disposal> {
    const { catalogue, circuits, now, readLastTick } = this.#use;
    if (await hasOutlived(this.#task, { sentAt: this.#timing.sentAt, now: now(), readLastTick }))
      return this.#endInDlq(outlivedReason);
    const rubric = findRubric(catalogue, this.#task.rubric);
    if (rubric === undefined)
      return this.#endInDlq(
        `this deployment holds no rubric ${this.#task.rubric.id}@${this.#task.rubric.version}; restore its file and redrive`,
      );
    if (judgeFingerprint(rubric) !== this.#task.fingerprint) {
      return this.#endInDlq(
        `the judge of ${this.#task.rubric.id}@${this.#task.rubric.version} has changed since this response was sampled; a released rubric keeps its judge: bump it instead`,
      );
    }
    if (this.#lease.tries > maxTries)
      return this.#endInDlq(`${maxTries} tries are spent; the last ones ended without an outcome`);
    if (await circuits.isOpen(rubric.judge.model, now())) {
      this.#probing = await circuits.claimProbe(rubric.judge.model, now(), this.#timing.deadline);
      if (!this.#probing) return this.#releaseFor(blockedWaitSeconds, false);
    }
    return this.#judge(rubric);
  }

  async #judge(rubric: Rubric): Promise<Disposal> {
    const { allowance, ask, catalogue, nonce, now } = this.#use;
    const prompt = judgePrompt(rubric, this.#task.texts, nonce());
    const mostUsd = largestCallUsd(rubric, Buffer.byteLength(prompt.system) + Buffer.byteLength(prompt.user));
    let reason = '';
    for (let reading = 0; reading < maxReadings; reading += 1) {
      const leftMs = this.#timing.deadline - now();
      const timeoutMs = Math.min(longestCallMs, leftMs - Math.min(longestStoringMs, leftMs / 4));
      if (timeoutMs < shortestCallMs) {
        if (this.#probing) await this.#use.circuits.endProbe(rubric.judge.model);
        // A try that has asked nobody is none.
        return this.#releaseFor(1, reading > 0);
      }
      if (!(await allowance.reserve(this.#timing.sentAt, mostUsd))) {
        const shed = await this.#end(
          'shed',
          `the judge's spending cap of $${catalogue.spendingCapUsdPerDay} a day is reached`,
        );
        if (shed.kind === 'done') allowance.countShed(this.#timing.sentAt);
        return shed;
      }
      const asked = now();
      const answer = await ask({ rubric, prompt, name: judgementName(this.#task), timeoutMs });
      const costUsd = costOf(rubric, answer, mostUsd);
      allowance.settle(this.#timing.sentAt, mostUsd, costUsd);
      const disposal = await this.#handleAnswer(rubric, answer, {
        costUsd,
        latencyMs: now() - asked,
        cut: prompt.cut,
      });
      if (disposal.kind !== 'unreadable') return disposal;
      reason = disposal.reason;
    }
    return this.#end('unjudgeable', `unreadable ${maxReadings} times: ${reason}`);
  }

  /** What follows from one answer of the judge. */
  async #handleAnswer(
    rubric: Rubric,
    answer: JudgeAnswer,
    call: Pick<JudgedVerdict, 'costUsd' | 'latencyMs' | 'cut'>,
  ): Promise<Disposal | { kind: 'unreadable'; reason: string }> {
    const { circuits, store, recordEvent } = this.#use;
    if (answer.kind === 'error') return this.#handleError(rubric, answer.error);
    if (this.#probing) await circuits.close(rubric.judge.model);
    this.#probing = false;
    if (answer.kind === 'refused') return this.#end('unjudgeable', answer.reason);
    const read =
      answer.kind === 'text'
        ? readVerdict(rubric, answer.text)
        : { ok: false as const, reason: answer.reason };
    if (!read.ok) {
      recordEvent({ kind: 'error', task: this.#task, error: { kind: 'item', reason: read.reason } });
      return { kind: 'unreadable', reason: read.reason };
    }
    const judged = {
      ...read.verdict,
      ...call,
      returnedModel: answer.kind === 'text' ? answer.model : undefined,
      usage: answer.usage,
    };
    if (!(await this.#persist(() => store.storeVerdict(this.#task, this.#lease.owner, judged))))
      return { kind: 'again', seconds: 1 };
    recordEvent({ kind: 'judged', task: this.#task, judged });
    return { kind: 'done', ...this.#dirty };
  }

  async #handleError(rubric: Rubric, error: JudgeError): Promise<Disposal> {
    const { circuits, now, random, recordEvent } = this.#use;
    recordEvent({ kind: 'error', task: this.#task, error });
    switch (error.kind) {
      case 'item':
        // The provider has looked at this one: it is there for others.
        if (this.#probing) await circuits.close(rubric.judge.model);
        return this.#end('unjudgeable', error.reason);
      case 'blocking':
        await circuits.open(rubric.judge.model, error.reason, now());
        return this.#releaseFor(blockedWaitSeconds, false);
      case 'retryable':
        if (this.#probing) await circuits.endProbe(rubric.judge.model);
        if (this.#lease.tries >= maxTries)
          return this.#endInDlq(`${maxTries} tries are spent; the last one: ${error.reason}`);
        return this.#releaseFor(backoffSeconds(this.#lease.tries, error.retryAfterSeconds, random()), true);
    }
  }

  async #releaseFor(seconds: number, counted: boolean): Promise<Disposal> {
    await this.#use.store.release(this.#task, this.#lease.owner, counted, this.#lease.tries);
    return { kind: 'again', seconds };
  }

  async #end(state: 'unjudgeable' | 'shed', reason: string): Promise<Disposal> {
    const ended = await this.#persist(() =>
      this.#use.store.end(this.#task, this.#lease.owner, state, reason),
    );
    if (!ended) return { kind: 'again', seconds: 1 };
    this.#use.recordEvent({ kind: 'ended', task: this.#task, state });
    return { kind: 'done', ...this.#dirty };
  }

  /** Puts what was paid for, again and again while the table does not take it and the invocation lasts. */
  async #persist(write: () => Promise<boolean>): Promise<boolean> {
    for (let pauseMs = firstStoringPauseMs; ; pauseMs *= 2) {
      try {
        return await write();
      } catch (error) {
        if (this.#use.now() + pauseMs >= this.#timing.deadline) throw error;
        await pause(pauseMs);
      }
    }
  }

  async #endInDlq(reason: string): Promise<Disposal> {
    // Of a repeat nothing is owed to anybody: the next one asks again.
    if (this.#task.repeat > 0) return this.#end('unjudgeable', reason);
    const { store, now } = this.#use;
    if (!(await store.bury(this.#task, this.#lease.owner, reason, now(), this.#timing)))
      return { kind: 'again', seconds: 1 };
    this.#use.recordEvent({ kind: 'ended', task: this.#task, state: 'dlq' });
    await sendToDlqAndMark(this.#use, this.#task, reason);
    return { kind: 'done', ...this.#dirty };
  }
}

/**
 * What a call cost. A provider that does not say, or that was not waited for, is billed at the most it can have been; a
 * call that it refused at nothing.
 */
function costOf(rubric: Rubric, answer: JudgeAnswer, mostUsd: number): number {
  if (answer.kind === 'error') return answer.mayBeBilled === true ? mostUsd : 0;
  const usage: TokenUsage | undefined = answer.usage;
  return usage === undefined ? mostUsd : judgeCostUsd(rubric.judge.prices, usage);
}
