import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareJudges } from '#core/cost/compare-judges.ts';
import { type JudgeCalls, judgeBill } from '#core/cost/judge-bill.ts';
import { usageOfSize, withCacheWrites } from '#core/cost/judge-prompt-size.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

const asked = testJudge('asked', {
  tier: 'flex',
  prices: {
    asOf: '2026-11-28',
    standard: { input: 0.1, cachedInput: 0.01, cacheWrites: 0.125, output: 0.5 },
    flex: { input: 0.05, cachedInput: 0.005, cacheWrites: 0.0625, output: 0.25 },
  },
});
const plain = testJudge('plain', { retires: '2026-12-11' });
const size = { prefixTokens: 1_300, inputTokens: 2_000, outputTokens: 500 };
const usage = { inputTokens: 2_000, cachedInputTokens: 1_280, cacheWriteTokens: 640, outputTokens: 500 };
const calls: JudgeCalls[] = ['chat', 'search'].map((surface, index) => ({
  surface,
  rubric: testRubric(),
  judge: asked,
  callsPerDay: 1_000 * (index + 1),
  usage,
  source: 'records',
  size,
}));

describe('judges side by side', () => {
  it('are priced on the same tokens, each at each tier that it has prices for, the cheapest first', () => {
    const rows = compareJudges({ judges: [asked, plain] }, calls, 1e6);
    expect(rows.map(({ judge, tier, isAsked, retires }) => [judge, tier, isAsked, retires])).toEqual([
      ['asked', 'flex', true, undefined],
      ['asked', 'standard', false, undefined],
      ['plain', 'standard', false, '2026-12-11'],
    ]);
    // 80 fresh, 1,280 cached, 640 written, 500 out.
    const perCall = (80 * 0.1 + 1_280 * 0.01 + 640 * 0.125 + 500 * 0.5) / 1e6;
    const perPlainCall = (720 * 0.25 + 1_280 * 0.025 + 500 * 2) / 1e6;
    expect(rows.map(({ usdPerCall }) => usdPerCall)).toEqual([
      expect.closeTo(perCall / 2, 12),
      expect.closeTo(perCall, 12),
      expect.closeTo(perPlainCall, 12),
    ]);
    expect(rows[1]?.usd).toBeCloseTo(3_000 * 30.4375 * perCall, 9);
    expect(rows[1]?.perMillionResponses).toBeCloseTo(3_000 * 30.4375 * perCall, 9);
  });

  it('cache as their place does: Converse nothing without a mark, and with it the rubric alone', () => {
    const place = { provider: 'bedrock', api: 'converse', authorisation: 'role', prices: asked.prices };
    const unmarked = testJudge('unmarked', place);
    const marked = testJudge('marked', { ...place, dialect: { cachePoint: true } });
    const rows = compareJudges({ judges: [unmarked, marked] }, calls, 1e6).filter(
      ({ tier }) => tier === 'standard',
    );
    const perCall = (name: string) => rows.find(({ judge }) => judge === name)?.usdPerCall;
    expect(perCall('unmarked')).toBeCloseTo((2_000 * 0.1 + 500 * 0.5) / 1e6, 12);
    expect(perCall('marked')).toBeCloseTo((720 * 0.1 + 1_280 * 0.01 + 500 * 0.5) / 1e6, 12);
    const [line] = judgeBill([{ ...(calls[0] as JudgeCalls), judge: unmarked }]);
    expect(line).toMatchObject({
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
    });
  });

  it('hold the one that is asked where a catalogue of old lists none, and cost nothing without traffic', () => {
    expect(compareJudges({}, calls, 1e6).map(({ judge }) => judge)).toEqual(['asked', 'asked']);
    for (const row of compareJudges({ judges: [asked] }, [], 0))
      expect(row).toMatchObject({ usd: 0, usdPerCall: 0, perMillionResponses: 0, isAsked: false });
  });
});

describe('tokens from the cache and into it', () => {
  it('are the prefix where calls follow each other, and the rest of a prompt that is long enough', () => {
    expect(usageOfSize(size, 1e6)).toEqual({
      inputTokens: 2_000,
      cachedInputTokens: 1_280,
      cacheWriteTokens: 640,
      outputTokens: 500,
    });
    expect(usageOfSize({ ...size, prefixTokens: 1_000 }, 1e6)).toMatchObject({
      cachedInputTokens: 0,
      cacheWriteTokens: 1_920,
    });
    expect(withCacheWrites({ inputTokens: 1_000, cachedInputTokens: 0, outputTokens: 1 })).toMatchObject({
      cacheWriteTokens: 0,
    });
  });

  it('are written again with each call where calls are rare', () => {
    // One a day: hardly ever within minutes of another.
    const { cachedInputTokens, cacheWriteTokens } = usageOfSize(size, 1);
    expect(cachedInputTokens).toBeLessThan(0.005 * 1_280);
    expect(cacheWriteTokens).toBeGreaterThan(0.99 * 1_920);
  });

  it('are never more than the prompt, and more calls never find less in the cache', () => {
    const tokens = fc.integer({ min: 0, max: 50_000 });
    fc.assert(
      fc.property(tokens, tokens, fc.double({ min: 0, max: 1e8, noNaN: true }), (a, b, perDay) => {
        const own = { prefixTokens: Math.min(a, b), inputTokens: Math.max(a, b), outputTokens: 1 };
        const { cachedInputTokens, cacheWriteTokens = 0 } = usageOfSize(own, perDay);
        expect(cachedInputTokens).toBeGreaterThanOrEqual(0);
        expect(cachedInputTokens).toBeLessThanOrEqual(own.prefixTokens);
        expect(cachedInputTokens + cacheWriteTokens).toBeLessThanOrEqual(own.inputTokens);
        expect(usageOfSize(own, 2 * perDay).cachedInputTokens).toBeGreaterThanOrEqual(cachedInputTokens);
      }),
    );
  });
});
