import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import { findRubric } from '#core/catalogue/catalogue.ts';
import { chargeOf, largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import type { Tier } from '#core/judges/prices.ts';
import { isTooSoon } from '#core/judging/answer-speed.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import {
  backoffSeconds,
  blockedWait,
  type JudgeError,
  maxTries,
  refusalWait,
} from '#core/judging/judge-error.ts';
import { type JudgeTask, judgeFingerprint, judgementName } from '#core/judging/judgement.ts';
import type { TokenUsage } from '#core/judging/token-usage.ts';
import { type JudgePrompt, judgePrompt } from '#core/rubric/prompt.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { AttemptEnd, type HeldLease } from './attempt-end.ts';
import type { Disposal, JudgeDependencies, Timing } from './judge-dependencies.ts';
import { hasOutlived, outlivedReason } from './message-age.ts';
import { settleError } from './settle-error.ts';

/** Left of the invocation after the last call, to store what came of it: at most this, or a quarter of what is left. */
const longestStoringMs = 3_000;

/** A judge that has not answered by then is not going to. At flex answers may take minutes. */
const longestCallMs: Readonly<Record<Tier, number>> = { standard: 60_000, flex: 600_000 };

/** Kept back from a call at flex, for one at standard after it. */
const standardMs = longestCallMs.standard + 5_000;

/** Under this a call is not worth starting. */
const shortestCallMs = 200;

/** How often an unreadable answer is asked for again within one try. */
const maxReadings = 2;

/** What one call took. */
interface CallCost extends Pick<JudgedVerdict, 'costUsd' | 'latencyMs' | 'cut'> {
  readonly usage: TokenUsage | undefined;
}

/** Who is asked, and about what. */
interface Asked {
  readonly rubric: Rubric;
  readonly judge: Judge;
}

/** Whether an answer may be an older one that was kept on the way. */
function suspectOf(answer: JudgeAnswer, latencyMs: number): JudgedVerdict['suspect'] {
  if (answer.kind !== 'text' || answer.origin === 'simulation') return undefined;
  if (answer.origin === 'cache') return 'cached';
  return isTooSoon(answer.paid, latencyMs) ? 'fast' : undefined;
}

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
    return 'kind' in ready ? ready : this.#judge(ready.rubric, ready.judge);
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

  async #judge(rubric: Rubric, judge: Judge): Promise<Disposal> {
    const { allowance, ask, catalogue, nonce, now } = this.#use;
    const prompt = judgePrompt(rubric, this.#task.texts, nonce());
    const mostUsd = largestCallUsd(rubric, judge, prompt);
    let reason = '';
    let tier = judge.tier;
    for (let reading = 0; reading < maxReadings; ) {
      const leftMs = this.#timing.deadline - now();
      if (tier === 'flex' && leftMs < 2 * standardMs) tier = 'standard';
      const reservedMs = Math.min(longestStoringMs, leftMs / 4) + (tier === 'flex' ? standardMs : 0);
      const timeoutMs = Math.min(longestCallMs[tier], leftMs - reservedMs);
      if (timeoutMs < shortestCallMs) {
        await this.#endProbe(judge.name);
        // A try that has asked nobody is none.
        return this.#end.releaseFor(1, reading > 0);
      }
      const reserve = () => allowance.reserve(this.#timing.sentAt, mostUsd);
      if (!(await (reading === 0 ? this.#beforeAsking(reserve) : reserve()))) {
        await this.#endProbe(judge.name);
        if (this.#task.rescored === true) return this.#end.giveUp();
        const cap = `the judge's spending cap of $${catalogue.spendingCapUsdPerDay} a day is reached`;
        const shed = await this.#end.endWithout('shed', cap);
        if (shed.kind === 'done') allowance.countShed(this.#timing.sentAt);
        return shed;
      }
      const asked = now();
      const answer = await ask({ rubric, judge, tier, prompt, name: judgementName(this.#task), timeoutMs });
      const latencyMs = now() - asked;
      const cost = this.#pay({ judge, tier }, prompt, answer, mostUsd);
      if (tier === 'flex' && answer.kind === 'error' && answer.error.kind !== 'item') {
        tier = 'standard';
        continue;
      }
      reading += 1;
      const call = { ...cost, latencyMs, cut: prompt.cut };
      const disposal = await this.#handleAnswer({ rubric, judge }, answer, call);
      if (disposal.kind !== 'unreadable') return disposal;
      reason = disposal.reason;
    }
    return this.#end.endWithout('unjudgeable', `unreadable ${maxReadings} times: ${reason}`);
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

  /** Settles what the call cost: nothing where the provider did not take it. */
  #pay(
    { judge, tier }: { readonly judge: Judge; readonly tier: Tier },
    { system, user }: JudgePrompt,
    { paid }: JudgeAnswer,
    reservedUsd: number,
  ): Pick<CallCost, 'costUsd' | 'usage'> {
    const { allowance, recordEvent } = this.#use;
    const { usd, isOver } =
      paid === undefined
        ? { usd: 0, isOver: false }
        : chargeOf(judge.prices, {
            usage: paid.usage,
            tier: paid.tier ?? tier,
            promptCharacters: system.length + user.length,
            answerCharacters: paid.characters,
            reservedUsd,
          });
    const { zoom, rescored } = this.#task;
    allowance.settle(this.#timing.sentAt, reservedUsd, usd, zoom, rescored);
    if (isOver) recordEvent({ kind: 'overcharged', task: this.#task });
    return { costUsd: usd, usage: isOver ? undefined : paid?.usage };
  }

  /** What follows from one answer of the judge. */
  async #handleAnswer(
    { rubric, judge }: Asked,
    answer: JudgeAnswer,
    call: CallCost,
  ): Promise<Disposal | { kind: 'unreadable'; reason: string }> {
    const { recordEvent } = this.#use;
    if (answer.kind === 'error') return this.#handleError(judge.name, answer.error);
    await this.#notePass(judge.name);
    if (answer.kind === 'refused') return this.#end.endWithout('unjudgeable', answer.reason);
    const read =
      answer.kind === 'text'
        ? readVerdict(rubric, answer.text)
        : { ok: false as const, reason: answer.reason };
    if (!read.ok) {
      recordEvent({ kind: 'error', task: this.#task, errorKind: 'item' });
      return { kind: 'unreadable', reason: read.reason };
    }
    const returnedModel = answer.kind === 'text' ? answer.model : undefined;
    const suspect = suspectOf(answer, call.latencyMs);
    const judged = { ...read.verdict, ...call, returnedModel, ...(suspect !== undefined && { suspect }) };
    return this.#keep(judged);
  }

  #keep(judged: JudgedVerdict): Promise<Disposal> {
    return this.#end.persist(judged, { kind: 'judged', task: this.#task, judged }, () =>
      this.#use.store.storeVerdict(this.#task, this.#lease.owner, judged),
    );
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
