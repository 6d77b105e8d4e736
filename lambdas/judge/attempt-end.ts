import { setTimeout as pause } from 'node:timers/promises';
import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import type { Lease } from '#adapters/dynamodb/lease.ts';
import type { EndWithoutVerdict, JudgeTask } from '#core/judging/judgement.ts';
import type { TextRefusals } from '#core/judging/refusal-history.ts';
import type { Disposal, JudgeDependencies, JudgeEvent, Timing } from './judge-dependencies.ts';
import { changeOf } from './verdict-change.ts';

/** First pause before an outcome that the table did not take is put again; each further one doubles, up to the longest. */
const firstStoringPauseMs = 50;
const longestStoringPauseMs = 2_000;

/** Left of the invocation for what follows when storing is given up: at most this, or a quarter of what is left. */
const longestClosingMs = 1_000;

export type HeldLease = Extract<Lease, { kind: 'acquired' }>;

/** How one try at a judgement whose lease is ours ends: given back for another, or in an end state. */
export class AttemptEnd {
  readonly #use: JudgeDependencies;
  readonly #task: JudgeTask;
  readonly #timing: Timing;
  readonly #lease: HeldLease;

  constructor(use: JudgeDependencies, task: JudgeTask, timing: Timing, lease: HeldLease) {
    this.#use = use;
    this.#task = task;
    this.#timing = timing;
    this.#lease = lease;
  }

  /** @param counted whether it was a try @param refusals of this text, where there is one more */
  async releaseFor(seconds: number, counted: boolean, refusals?: TextRefusals): Promise<Disposal> {
    const { owner, tries } = this.#lease;
    const release = () =>
      this.#use.store.release(this.#task, owner, counted ? tries : tries - 1, refusals).then(() => true);
    try {
      await release();
    } catch (error) {
      this.#use.unstored.keep(owner, error, { write: release });
      throw error;
    }
    return { kind: 'again', seconds };
  }

  /**
   * Stores an end, a verdict or none, again and again while the table does not take it and the invocation lasts; what it did
   * not take then, this instance keeps.
   *
   * @param event what has happened once it is stored
   */
  async persist(
    end: JudgedVerdict | EndWithoutVerdict,
    event: JudgeEvent,
    write: () => Promise<boolean>,
  ): Promise<Disposal> {
    const { now, recordEvent, unstored } = this.#use;
    const leftMs = this.#timing.deadline - now();
    const until = this.#timing.deadline - Math.min(longestClosingMs, leftMs / 4);
    for (let pauseMs = firstStoringPauseMs; ; pauseMs = Math.min(longestStoringPauseMs, 2 * pauseMs)) {
      try {
        if (!(await write())) return { kind: 'again', seconds: 1 };
        recordEvent(event);
        return { kind: 'done', ...changeOf(this.#task, end) };
      } catch (error) {
        if (now() + pauseMs >= until) {
          unstored.keep(this.#lease.owner, error, { write, event });
          throw error;
        }
        await pause(pauseMs);
      }
    }
  }

  async endWithout(state: 'unjudgeable' | 'shed', reason: string): Promise<Disposal> {
    const { store } = this.#use;
    return this.persist(state, { kind: 'ended', task: this.#task, state }, () =>
      store.end(this.#task, this.#lease.owner, state, reason),
    );
  }

  /** Leaves what was to be rescored as if it had never been asked for: the next rescore asks again. */
  async giveUp(): Promise<Disposal> {
    await this.#use.store.abandon(this.#task, this.#lease.owner, this.#use.now());
    return { kind: 'done' };
  }

  async endInDlq(reason: string): Promise<Disposal> {
    if (this.#task.rescored === true) return this.giveUp();
    // Of a repeat nothing is owed to anybody: the next one asks again.
    if (this.#task.repeat > 0) return this.endWithout('unjudgeable', reason);
    const { store, now } = this.#use;
    if (!(await store.bury(this.#task, this.#lease.owner, reason, now(), this.#timing)))
      return { kind: 'again', seconds: 1 };
    this.#use.recordEvent({ kind: 'ended', task: this.#task, state: 'dlq' });
    await sendToDlqAndMark(this.#use, this.#task, reason);
    return { kind: 'done', ...changeOf(this.#task, 'dlq') };
  }
}

export async function sendToDlqAndMark(
  { sendToDlq, store }: JudgeDependencies,
  task: JudgeTask,
  reason: string,
): Promise<void> {
  await sendToDlq(task, reason);
  await store.markSent(task);
}
