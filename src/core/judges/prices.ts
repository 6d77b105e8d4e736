import type { JudgePrices, TierPrices } from './prices-schema.ts';

export type { JudgePrices, TierPrices } from './prices-schema.ts';

/** Service tiers that a provider can bill a call at. */
export const tiers = ['standard', 'flex'] as const;
export type Tier = (typeof tiers)[number];

/** What a tier costs: standard where the judge has no prices of its own for it. */
export function pricesOf(prices: JudgePrices, tier: Tier): TierPrices {
  return prices[tier] ?? prices.standard;
}

/** The dearest that a call can be billed at, each kind of token by itself. */
export function dearestPrices({ standard, flex = standard }: JudgePrices): TierPrices {
  return {
    input: Math.max(standard.input, flex.input),
    cachedInput: Math.max(standard.cachedInput, flex.cachedInput),
    cacheWrites: Math.max(standard.cacheWrites ?? standard.input, flex.cacheWrites ?? flex.input),
    output: Math.max(standard.output, flex.output),
  };
}
