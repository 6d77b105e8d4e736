import * as z from 'zod';

const usd = z.number().nonnegative().max(10_000);

/** US dollars per million tokens. */
const tierPrices = z.strictObject({
  input: usd,
  cachedInput: usd.describe('Of tokens that the prompt cache served.'),
  cacheWrites: usd.optional().describe('Of tokens written to the prompt cache; as input where left out.'),
  output: usd,
});

export type TierPrices = z.infer<typeof tierPrices>;

export const pricesSchema = z
  .strictObject({
    asOf: z.iso.date().describe('The day on which somebody looked them up.'),
    standard: tierPrices,
    flex: tierPrices.optional(),
  })
  .describe('US dollars per million tokens, by tier. Prices change no score: they stand in no hash.');

export type JudgePrices = z.infer<typeof pricesSchema>;

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
