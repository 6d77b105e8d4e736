import type { Rubric } from '../rubric/rubric.ts';

/** Tokens of judge calls. Cached ones are a part of the input. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** US dollars of tokens at a rubric's prices. */
export function judgeCostUsd(prices: Rubric['judge']['prices'], usage: TokenUsage): number {
  const fresh = Math.max(0, usage.inputTokens - usage.cachedInputTokens);
  return (
    (fresh * prices.input +
      usage.cachedInputTokens * prices.cachedInput +
      usage.outputTokens * prices.output) /
    1e6
  );
}

/**
 * The most a call can cost, for reserving it under the spending cap: every two bytes of UTF-8 a token, nothing cached,
 * the whole output spent. English runs at about four bytes a token, Chinese and Japanese at three or four.
 *
 * @param promptBytes length of the prompt in UTF-8
 */
export function largestCallUsd(rubric: Rubric, promptBytes: number): number {
  return judgeCostUsd(rubric.judge.prices, {
    inputTokens: Math.ceil(promptBytes / 2),
    cachedInputTokens: 0,
    outputTokens: rubric.judge.maxOutputTokens,
  });
}
