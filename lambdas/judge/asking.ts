import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import { chargeOf, largestCallUsd } from '#core/cost/judge-charge.ts';
import type { Judge } from '#core/judges/judge.ts';
import type { Tier } from '#core/judges/prices.ts';
import { isTooSoon } from '#core/judging/answer-speed.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import type { JudgeError } from '#core/judging/judge-error.ts';
import { askingName, type JudgeTask } from '#core/judging/judgement.ts';
import type { TokenUsage } from '#core/judging/token-usage.ts';
import { type JudgePrompt, judgePrompt } from '#core/rubric/prompt.ts';
import { repeatsOf } from '#core/rubric/repeats.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import type { JudgeDependencies, Timing } from './judge-dependencies.ts';

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

/** Who is asked, and about what. */
export interface Asked {
  readonly rubric: Rubric;
  readonly judge: Judge;
}

/** What came of asking once. */
export type Outcome =
  | { readonly kind: 'judged'; readonly judged: JudgedVerdict }
  /** The time was up; `hasAsked` tells whether after a call. */
  | { readonly kind: 'late'; readonly hasAsked: boolean }
  | { readonly kind: 'capped' }
  | { readonly kind: 'error'; readonly error: JudgeError }
  | { readonly kind: 'refused' | 'unreadable'; readonly reason: string };

export interface AskingOptions {
  readonly task: JudgeTask;
  readonly timing: Timing;
  readonly asked: Asked;
  /** Calls of tables that come before the judge's first. */
  readonly beforeAsking: <T>(call: () => Promise<T>) => Promise<T>;
  /** The provider took a text. */
  readonly notePass: () => Promise<void>;
}

/** What one call took. */
interface CallCost extends Pick<JudgedVerdict, 'costUsd' | 'latencyMs' | 'cut'> {
  readonly usage: TokenUsage | undefined;
}

/** Asks a judge about one response, as often as its rubric says, always with the same prompt. */
export class Asking {
  readonly #use: JudgeDependencies;
  readonly #options: AskingOptions;
  readonly #prompt: JudgePrompt;
  readonly #mostUsd: number;
  /** Calls that are reserved and not made; undefined before the first. */
  #reserved: number | undefined;

  constructor(use: JudgeDependencies, options: AskingOptions) {
    const { rubric, judge } = options.asked;
    this.#use = use;
    this.#options = options;
    this.#prompt = judgePrompt(rubric, options.task.texts, use.nonce());
    this.#mostUsd = largestCallUsd(rubric, judge, this.#prompt);
  }

  /**
   * The first asking goes alone, for what it meets the others would meet as well, and would be paid; the others go side by side.
   *
   * @returns a verdict of each asking, or what came of the first that brought none
   */
  async askAll(): Promise<readonly JudgedVerdict[] | Exclude<Outcome, { kind: 'judged' }>> {
    try {
      const first = await this.#ask(0);
      if (first.kind !== 'judged') return first;
      const others = Array.from({ length: repeatsOf(this.#options.asked.rubric) - 1 }, (_, index) =>
        this.#ask(index + 1),
      );
      const settled = await Promise.allSettled(others);
      const outcomes: Outcome[] = [first];
      for (const each of settled) {
        if (each.status === 'rejected') throw each.reason;
        outcomes.push(each.value);
      }
      const failed = outcomes.flatMap((each) => (each.kind === 'judged' ? [] : [each]));
      // Of several the one that says most of the judge.
      const worst = failed.find(({ kind }) => kind === 'error') ?? failed[0];
      return worst ?? outcomes.flatMap((each) => (each.kind === 'judged' ? [each.judged] : []));
    } finally {
      const unspent = (this.#reserved ?? 0) * this.#mostUsd;
      if (unspent > 0) this.#use.allowance.settle(this.#options.timing.sentAt, unspent, 0);
    }
  }

  async #ask(index: number): Promise<Outcome> {
    const { ask, now, recordEvent } = this.#use;
    const { task, timing, asked } = this.#options;
    const { rubric, judge } = asked;
    let reason = '';
    let tier = judge.tier;
    for (let reading = 0; reading < maxReadings; ) {
      const leftMs = timing.deadline - now();
      if (tier === 'flex' && leftMs < 2 * standardMs) tier = 'standard';
      const reservedMs = Math.min(longestStoringMs, leftMs / 4) + (tier === 'flex' ? standardMs : 0);
      const timeoutMs = Math.min(longestCallMs[tier], leftMs - reservedMs);
      if (timeoutMs < shortestCallMs) return { kind: 'late', hasAsked: index > 0 || reading > 0 };
      if (!(await this.#reserve())) return { kind: 'capped' };
      const started = now();
      const name = askingName(task, index);
      const answer = await ask({ rubric, judge, tier, prompt: this.#prompt, name, timeoutMs });
      const latencyMs = now() - started;
      const cost = this.#pay(tier, answer);
      if (tier === 'flex' && answer.kind === 'error' && answer.error.kind !== 'item') {
        tier = 'standard';
        continue;
      }
      reading += 1;
      if (answer.kind === 'error') return answer;
      await this.#options.notePass();
      if (answer.kind === 'refused') return answer;
      const outcome = read(rubric, answer, { ...cost, latencyMs, cut: this.#prompt.cut });
      if (outcome.kind === 'judged') return outcome;
      recordEvent({ kind: 'error', task, errorKind: 'item' });
      reason = outcome.reason;
    }
    return { kind: 'unreadable', reason: `unreadable ${maxReadings} times: ${reason}` };
  }

  /** Room for one call under the cap; before the first for all of them, so that none is paid in vain. */
  async #reserve(): Promise<boolean> {
    const { allowance } = this.#use;
    const { sentAt } = this.#options.timing;
    if (this.#reserved === undefined) {
      const calls = repeatsOf(this.#options.asked.rubric);
      const reserve = () => allowance.reserve(sentAt, calls * this.#mostUsd);
      if (!(await this.#options.beforeAsking(reserve))) return false;
      this.#reserved = calls - 1;
      return true;
    }
    if (this.#reserved === 0) return allowance.reserve(sentAt, this.#mostUsd);
    this.#reserved -= 1;
    return true;
  }

  /** Settles what the call cost: nothing where the provider did not take it. */
  #pay(tier: Tier, { paid }: JudgeAnswer): Pick<CallCost, 'costUsd' | 'usage'> {
    const { allowance, recordEvent } = this.#use;
    const { task, timing, asked } = this.#options;
    const { system, user } = this.#prompt;
    const { usd, isOver } =
      paid === undefined
        ? { usd: 0, isOver: false }
        : chargeOf(asked.judge.prices, {
            usage: paid.usage,
            tier: paid.tier ?? tier,
            promptCharacters: system.length + user.length,
            answerCharacters: paid.characters,
            reservedUsd: this.#mostUsd,
          });
    allowance.settle(timing.sentAt, this.#mostUsd, usd, task.zoom, task.rescored);
    if (isOver) recordEvent({ kind: 'overcharged', task });
    return { costUsd: usd, usage: isOver ? undefined : paid?.usage };
  }
}

function read(
  rubric: Rubric,
  answer: Exclude<JudgeAnswer, { kind: 'error' | 'refused' }>,
  call: CallCost,
): Outcome & { kind: 'judged' | 'unreadable' } {
  if (answer.kind !== 'text') return { kind: 'unreadable', reason: answer.reason };
  const reading = readVerdict(rubric, answer.text);
  if (!reading.ok) return { kind: 'unreadable', reason: reading.reason };
  const suspect = suspectOf(answer, call.latencyMs);
  const judged = { ...reading.verdict, ...call, returnedModel: answer.model };
  return { kind: 'judged', judged: suspect === undefined ? judged : { ...judged, suspect } };
}

/** Whether an answer may be an older one that was kept on the way. */
function suspectOf(
  answer: Extract<JudgeAnswer, { kind: 'text' }>,
  latencyMs: number,
): JudgedVerdict['suspect'] {
  if (answer.origin === 'simulation') return undefined;
  if (answer.origin === 'cache') return 'cached';
  return isTooSoon(answer.paid, latencyMs) ? 'fast' : undefined;
}
