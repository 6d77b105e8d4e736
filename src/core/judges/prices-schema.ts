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
