import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeOf, largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

const judge = testJudge();
const { prices } = judge;
const tokens = (inputTokens: number, outputTokens: number, cachedInputTokens = 0) => ({
  inputTokens,
  outputTokens,
  cachedInputTokens,
});
/** A call of 8,000 characters that was answered by 800, with a cent reserved. */
const bill = { promptCharacters: 8_000, answerCharacters: 800, reservedUsd: 0.01, tier: 'standard' as const };

describe('what is reserved for a call', () => {
  const rubric = testRubric({ judge: { model: 'm', maxOutputTokens: 1_000 } });
  const reserved = (user: string) => largestCallUsd(rubric, judge, { system: '', user });

  it('is the whole output and a token for every byte that is sent, which no text exceeds', () => {
    expect(reserved('x'.repeat(4_000)) - reserved('')).toBeCloseTo((4_000 * 0.25) / 1e6, 12);
    expect(reserved('é'.repeat(4_000)) - reserved('')).toBeCloseTo((8_000 * 0.25) / 1e6, 12);
    // The schema and what a provider puts around messages are sent as well.
    expect(reserved('')).toBeGreaterThan((200 * 0.25 + 1_000 * 2) / 1e6);
  });
});

describe('what a call is charged', () => {
  it('is what the provider says', () => {
    const usage = tokens(2_000, 300, 1_000);
    expect(chargeOf(prices, { ...bill, usage })).toEqual({
      usd: judgeCostUsd(prices.standard, usage),
      isOver: false,
    });
  });

  it('is the reservation where it says nothing', () => {
    expect(chargeOf(prices, { ...bill, usage: undefined })).toEqual({ usd: 0.01, isOver: false });
  });

  it('is the reservation where it says more than that, and is told', () => {
    expect(chargeOf(prices, { ...bill, usage: tokens(1e12, 1) })).toEqual({ usd: 0.01, isOver: true });
  });

  it('is never under what the texts weigh: a token for eight characters', () => {
    expect(chargeOf(prices, { ...bill, usage: tokens(1, 1) }).usd).toBeCloseTo(
      (1_000 * 0.25 + 100 * 2) / 1e6,
      12,
    );
  });

  it('is at least the lesser of what was said and reserved, and at most what was reserved', () => {
    const count = fc.oneof(fc.nat(20_000), fc.nat(2 ** 31 - 1));
    fc.assert(
      fc.property(
        count,
        count,
        fc.nat(100_000),
        fc.nat(100_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (i, o, p, a, r) => {
          const usage = tokens(i, o);
          const { usd } = chargeOf(prices, {
            usage,
            tier: 'standard',
            promptCharacters: p,
            answerCharacters: a,
            reservedUsd: r,
          });
          expect(usd).toBeGreaterThanOrEqual(Math.min(judgeCostUsd(prices.standard, usage), r));
          expect(usd).toBeLessThanOrEqual(r);
        },
      ),
    );
  });
});
