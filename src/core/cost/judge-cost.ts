import type { TierPrices } from '../judges/prices.ts';
import type { TokenUsage } from '../judging/token-usage.ts';

/** US dollars of tokens at a tier's prices. */
export function judgeCostUsd(prices: TierPrices, usage: TokenUsage): number {
  const { inputTokens, cachedInputTokens, outputTokens, cacheWriteTokens = 0 } = usage;
  const fresh = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  return (
    (fresh * prices.input +
      cachedInputTokens * prices.cachedInput +
      cacheWriteTokens * (prices.cacheWrites ?? prices.input) +
      outputTokens * prices.output) /
    1e6
  );
}
