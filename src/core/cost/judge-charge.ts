import type { Judge } from '../judges/judge.ts';
import { dearestPrices, type JudgePrices, pricesOf, type Tier } from '../judges/prices.ts';
import type { TokenUsage } from '../judging/token-usage.ts';
import type { JudgePrompt } from '../rubric/prompt.ts';
import type { Rubric } from '../rubric/rubric.ts';
import { judgeCostUsd } from './judge-cost.ts';
import { schemaCharacters } from './judge-prompt-size.ts';

/** What providers put around messages: roles, separators, the schema's own instructions. Tokens. */
const framingTokens = 200;

/** No tokeniser packs more of a natural language into one token, on average over a text. Characters. */
const mostCharactersPerToken = 8;

/**
 * The most a call can cost, for reserving it under the spending cap: a token for every byte of prompt and schema, which no
 * tokeniser over bytes exceeds whatever the text, nothing cached, the whole output spent.
 */
export function largestCallUsd(
  rubric: Rubric,
  judge: Pick<Judge, 'prices' | 'tier' | 'dialect'>,
  prompt: Pick<JudgePrompt, 'system' | 'user'>,
): number {
  const { prices, tier } = judge;
  const dearest = dearestPrices(tier === 'standard' ? { ...prices, flex: undefined } : prices);
  const texts = Buffer.byteLength(prompt.system) + Buffer.byteLength(prompt.user);
  const inputTokens = texts + schemaCharacters(rubric, judge.dialect.numberEnums) + framingTokens;
  return judgeCostUsd(dearest, {
    inputTokens,
    cachedInputTokens: 0,
    // What is written to the cache can cost more than what is not.
    cacheWriteTokens: (dearest.cacheWrites ?? 0) > dearest.input ? inputTokens : 0,
    outputTokens: rubric.judge.maxOutputTokens,
  });
}

/** A call as it is to be paid. */
export interface JudgeBill {
  /** What the provider says, where it does and can be believed. */
  readonly usage: TokenUsage | undefined;
  readonly promptCharacters: number;
  /** Of all that came of the answer. */
  readonly answerCharacters: number;
  /** At which the provider says that it answered, else the one that was asked for. */
  readonly tier: Tier;
  /** US dollars. */
  readonly reservedUsd: number;
}

export interface JudgeCharge {
  /** US dollars: at least what the texts weigh, at most what was reserved. */
  readonly usd: number;
  /** What the provider said is more than the call can have cost. */
  readonly isOver: boolean;
}

/**
 * What a call that was taken is charged: what the provider says, never under what the texts weigh, never over what was
 * reserved; the reservation where it says nothing that can be.
 */
export function chargeOf(prices: JudgePrices, bill: JudgeBill): JudgeCharge {
  const { usage, reservedUsd } = bill;
  if (usage === undefined) return { usd: reservedUsd, isOver: false };
  const weight = (characters: number) => Math.floor(characters / mostCharactersPerToken);
  const usd = judgeCostUsd(pricesOf(prices, bill.tier), {
    inputTokens: Math.max(usage.inputTokens, weight(bill.promptCharacters)),
    cachedInputTokens: usage.cachedInputTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    outputTokens: Math.max(usage.outputTokens, weight(bill.answerCharacters)),
  });
  return usd > reservedUsd ? { usd: reservedUsd, isOver: true } : { usd, isOver: false };
}
