import { mostAnchorSpending } from '../anchors/anchor-round.ts';
import { anchorsPerTurn } from '../anchors/anchor-set.ts';
import { type Catalogue, calibratedRubrics } from '../catalogue/catalogue.ts';
import type { Judge } from '../judges/judge.ts';
import { pricesOf, type Tier } from '../judges/prices.ts';
import type { TokenUsage } from '../judging/token-usage.ts';
import { repeatsOf } from '../rubric/repeats.ts';
import { type Rubric, rubricName } from '../rubric/rubric.ts';
import { judgeCostUsd } from './judge-cost.ts';
import { cacheableTokens, type PromptSize } from './judge-prompt-size.ts';
import { daysPerMonth } from './traffic.ts';

/** Where the tokens of a call come from. */
export type TokenSource =
  /** The provider's own count of calls of the last two weeks. */
  | 'measured'
  /** Characters over four of the user's own records. */
  | 'records'
  /** A short question and answer, nobody's records. */
  | 'assumed';

/** The judge calls of one surface under one rubric. */
export interface JudgeCalls {
  readonly surface: string;
  readonly rubric: Rubric;
  readonly judge: Judge;
  readonly callsPerDay: number;
  /** Tokens of a call on average. */
  readonly usage: TokenUsage;
  readonly source: TokenSource;
  readonly size: PromptSize;
}

export interface JudgeBillLine {
  readonly surface: string;
  readonly rubric: string;
  readonly judge: string;
  readonly model: string;
  /** Asked for; where it has no room, the call is made and billed at standard. */
  readonly tier: Tier;
  readonly callsPerMonth: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** Share of the prompt that is the same in every call. */
  readonly prefixShare: number;
  readonly prefixTokens: number;
  /** Whether the prefix is long enough for OpenAI's cache. */
  readonly isCacheable: boolean;
  readonly source: TokenSource;
  readonly usdPerCall: number;
  /** US dollars a month. */
  readonly usd: number;
}

/**
 * The tokens of a call as a judge's place caches them. Converse caches nothing without a mark, and with it what stands before
 * the mark; others cache by themselves what a prompt begins with.
 */
export function usageAt(
  { api, dialect }: Pick<Judge, 'api' | 'dialect'>,
  { usage, size }: Pick<JudgeCalls, 'usage' | 'size'>,
): TokenUsage {
  if (api !== 'converse') return usage;
  if (!dialect.cachePoint) return { ...usage, cachedInputTokens: 0, cacheWriteTokens: 0 };
  const marked = cacheableTokens(size.prefixTokens);
  return { ...usage, cacheWriteTokens: Math.max(0, marked - usage.cachedInputTokens) };
}

export function judgeBill(calls: readonly JudgeCalls[]): JudgeBillLine[] {
  return calls.map(({ surface, rubric, judge, callsPerDay, source, size, ...call }) => {
    const usage = usageAt(judge, { ...call, size });
    const usdPerCall = judgeCostUsd(pricesOf(judge.prices, judge.tier), usage);
    const callsPerMonth = callsPerDay * daysPerMonth;
    return {
      surface,
      rubric: rubricName(rubric),
      judge: judge.name,
      model: rubric.judge.model,
      tier: judge.tier,
      callsPerMonth,
      ...usage,
      cacheWriteTokens: usage.cacheWriteTokens ?? 0,
      prefixShare: Math.min(1, size.prefixTokens / Math.max(1, usage.inputTokens)),
      prefixTokens: size.prefixTokens,
      isCacheable: cacheableTokens(size.prefixTokens) > 0,
      source,
      usdPerCall,
      usd: callsPerMonth * usdPerCall,
    };
  });
}

/** The anchors of each judge that people have calibrated: a turn a day, within their share of the cap. US dollars a month, at most. */
export function anchorsBill(catalogue: Catalogue, lines: readonly JudgeBillLine[]): number {
  const perDay = calibratedRubrics(catalogue).map((rubric) => {
    const own = lines.filter((line) => line.rubric === rubricName(rubric));
    const usdPerCall = Math.max(0, ...own.map((line) => line.usdPerCall));
    const turn = anchorsPerTurn * repeatsOf(rubric) * usdPerCall;
    // A turn that the share does not pay for is not scored in part.
    return turn <= mostAnchorSpending * catalogue.spendingCapUsdPerDay ? turn : 0;
  });
  return daysPerMonth * perDay.reduce((sum, usd) => sum + usd, 0);
}
