import type { Judge } from '../judges/judge.ts';
import type { Tier } from '../judges/prices.ts';
import type { JudgePrompt } from '../rubric/prompt.ts';
import type { Rubric } from '../rubric/rubric.ts';
import type { JudgeError } from './judge-error.ts';
import type { TokenUsage } from './token-usage.ts';

/** One call to a judge model. */
export interface JudgeCall {
  readonly rubric: Rubric;
  readonly judge: Judge;
  readonly tier: Tier;
  readonly prompt: JudgePrompt;
  /** The judgement's key, for the provider's logs. */
  readonly name: string;
  readonly timeoutMs: number;
}

/** What an answer was worth: what the provider says, and what its own text weighs. */
export interface Billable {
  /** Undefined where the provider does not say, or says what cannot be. */
  readonly usage: TokenUsage | undefined;
  /** Of all that the model wrote, as far as it came. */
  readonly characters: number;
  /** At which the provider says that it answered. */
  readonly tier?: Tier | undefined;
}

/** Where an answer says it is from that is no model's: a cache on the way, or a judge that is simulated. */
export type AnswerOrigin = 'cache' | 'simulation';

/** What came of one call to the judge model. Whatever is `paid` was taken by the provider and may stand in its bill. */
export type JudgeAnswer =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** The model's name as the provider gives it, cut where it is too long to be one. */
      readonly model: string | undefined;
      readonly origin?: AnswerOrigin | undefined;
      readonly paid: Billable;
    }
  | { readonly kind: 'refused'; readonly reason: string; readonly paid: Billable }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly paid: Billable }
  | { readonly kind: 'error'; readonly error: JudgeError; readonly paid?: Billable };

/** An answer of which nothing could be read. */
export const unknownBill: Billable = { usage: undefined, characters: 0 };
