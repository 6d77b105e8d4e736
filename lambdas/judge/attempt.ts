import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import { findRubric } from '#core/catalogue/catalogue.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import {
  backoffSeconds,
  blockedWait,
  type JudgeError,
  maxTries,
  refusalWait,
} from '#core/judging/judge-error.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { type Asked, Asking, type Outcome } from './asking.ts';
import { AttemptEnd, type HeldLease } from './attempt-end.ts';
import { combineJudged } from './combine-judged.ts';
import type { Disposal, JudgeDependencies, Timing } from './judge-dependencies.ts';
import { hasOutlived, outlivedReason } from './message-age.ts';
import { settleError } from './settle-error.ts';

/** One try at a judgement whose lease is ours. */
export class Attempt {
  readonly #use: JudgeDependencies;
  readonly #task: JudgeTask;
  readonly #timing: Timing;
  readonly #lease: HeldLease;
  readonly #end: AttemptEnd;
  #probing = false;

  constructor(use: JudgeDependencies, task: JudgeTask, timing: Timing, lease: HeldLease) {
    this.#use = use;
    this.#task = task;
    this.#timing = timing;
    this.#lease = lease;
    this.#end = new AttemptEnd(use, task, timing, lease);
  }

  async run(): Promise<Disposal> {
    const ready = await this.#beforeAsking(() => this.#prepare());
    return 'kind' in ready ? ready : this.#judge(ready);
  }

  /** Everything that is to be known before the judge is asked. @returns the rubric, or the end where nobody is to be asked */
  async #prepare(): Promise<Disposal | Asked> {
    const { catalogue, circuits, now, readLastTick, store } = this.#use;
    const pinned = `${this.#task.rubric.id}@${this.#task.rubric.version}`;
    if (await hasOutlived(this.#task, { sentAt: this.#timing.sentAt, now: now(), readLastTick }))
      return this.#end.endInDlq(outlivedReason);
    const rubric = findRubric(catalogue, this.#task.rubric);
    if (rubric === undefined)
      return this.#end.endInDlq(`this deployment holds no rubric ${pinned}; restore its file and redrive`);
    if (judgeFingerprint(rubric) !== this.#task.fingerprint)
      return this.#end.endInDlq(
        `the judge of ${pinned} has changed since this response was sampled; a released rubric keeps its judge: bump it instead`,
      );
    if (this.#lease.tries > maxTries)
      return this.#end.endInDlq(`${maxTries} tries are spent; the last ones ended without an outcome`);
    if (this.#task.rescored === true) {
      const known = await store.readCompared(this.#task);
      if (known !== undefined) return this.#keep(known);
    }
    const judge = judgeOf(catalogue, rubric);
    const circuit = await circuits.findOpen(judge.name, now());
    if (circuit !== undefined) {
      this.#probing = await circuits.claimProbe(judge.name, now(), this.#timing.deadline);
      if (!this.#probing) return this.#end.releaseFor(blockedWait(circuit, now()), false);
    }
    return { rubric, judge };
  }

  async #judge(asked: Asked): Promise<Disposal> {
    const { rubric, judge } = asked;
    const came = await new Asking(this.#use, {
      task: this.#task,
      timing: this.#timing,
      asked,
      beforeAsking: (call) => this.#beforeAsking(call),
      notePass: () => this.#notePass(judge.name),
    }).askAll();
    if ('kind' in came) return this.#endUnjudged(judge.name, came);
    return this.#keep(combineJudged(rubric, came));
  }

  #keep(judged: JudgedVerdict): Promise<Disposal> {
    return this.#end.persist(judged, { kind: 'judged', task: this.#task, judged }, () =>
      this.#use.store.storeVerdict(this.#task, this.#lease.owner, judged),
    );
  }

  async #endUnjudged(judge: string, came: Exclude<Outcome, { kind: 'judged' }>): Promise<Disposal> {
    const { allowance, catalogue } = this.#use;
    switch (came.kind) {
      case 'late':
        await this.#endProbe(judge);
        // A try that has asked nobody is none.
        return this.#end.releaseFor(1, came.hasAsked);
      case 'capped': {
        await this.#endProbe(judge);
        if (this.#task.rescored === true) return this.#end.giveUp();
        const cap = `the judge's spending cap of $${catalogue.spendingCapUsdPerDay} a day is reached`;
        const shed = await this.#end.endWithout('shed', cap);
        if (shed.kind === 'done') allowance.countShed(this.#timing.sentAt);
        return shed;
      }
      case 'error':
        return this.#handleError(judge, came.error);
      case 'refused':
      case 'unreadable':
        return this.#end.endWithout('unjudgeable', came.reason);
      default:
        return came satisfies never;
    }
  }

  /** Calls of tables that come before the judge's: where one fails nobody was asked, and the try is given back. */
  async #beforeAsking<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      await this.#end.releaseFor(1, false).catch(() => undefined);
      throw error;
    }
  }

  /** The provider took a text: it is there for others. */
  async #notePass(model: string): Promise<void> {
    const { circuits, histories, now } = this.#use;
    // Without the note an unknown refusal is judged by what was seen before.
    await histories.notePass(model, now()).catch(() => undefined);
    // One that cannot be closed is probed again; what is paid for is stored all the same.
    await (this.#probing ? circuits.close(model) : circuits.closeIfByHistory(model)).catch(() => undefined);
    this.#probing = false;
  }

  /** A probe that told nothing. Where that cannot be noted it ends with this invocation. */
  async #endProbe(model: string): Promise<void> {
    if (this.#probing) await this.#use.circuits.endProbe(model).catch(() => undefined);
  }

  async #handleError(model: string, error: JudgeError): Promise<Disposal> {
    const { circuits, now, random, recordEvent } = this.#use;
    const settled = await settleError(this.#use, this.#task, model, error, this.#lease.refusals);
    switch (settled.kind) {
      case 'end':
        recordEvent({ kind: 'error', task: this.#task, errorKind: 'item' });
        if (settled.isProbed) await this.#notePass(model);
        await this.#endProbe(model);
        return this.#end.endWithout('unjudgeable', settled.reason);
      case 'block': {
        recordEvent({ kind: 'error', task: this.#task, errorKind: 'blocking' });
        const { reason, byHistory } = settled;
        // A refusal costs nothing: where it cannot be noted each message finds out by itself, as seldom.
        const circuit = await circuits
          .open(model, reason, now(), byHistory)
          .catch(() => ({ openedAt: now(), byHistory }));
        return this.#end.releaseFor(blockedWait(circuit, now()), false);
      }
      case 'again': {
        const { reason, refusals, retryAfterSeconds } = settled;
        recordEvent({
          kind: 'error',
          task: this.#task,
          errorKind: refusals === undefined ? 'retryable' : 'item',
        });
        await this.#endProbe(model);
        if (this.#lease.tries >= maxTries)
          return this.#end.endInDlq(`${maxTries} tries are spent; the last one: ${reason}`);
        const seconds =
          refusals === undefined
            ? backoffSeconds(this.#lease.tries, retryAfterSeconds, random())
            : refusalWait(refusals.count, random());
        return this.#end.releaseFor(seconds, true, refusals);
      }
    }
  }
}
