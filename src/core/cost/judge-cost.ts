import type { TokenUsage } from '../judging/token-usage.ts';
import type { Rubric } from '../rubric/rubric.ts';

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
