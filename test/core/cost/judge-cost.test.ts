import { describe, expect, it } from 'vitest';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';

const prices = { input: 0.25, cachedInput: 0.025, output: 2 };

describe('the cost of a judge call', () => {
  it.each([
    ['fresh input', { inputTokens: 1_000_000, cachedInputTokens: 0, outputTokens: 0 }, 0.25],
    [
      'cached input, a part of the input',
      { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 0 },
      0.16,
    ],
    ['output', { inputTokens: 0, cachedInputTokens: 0, outputTokens: 1_000_000 }, 2],
    [
      'a provider that counts more cached than input',
      { inputTokens: 10, cachedInputTokens: 1_000_000, outputTokens: 0 },
      0.025,
    ],
    ['nothing', { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }, 0],
  ])('of %s is by the prices per million', (_, usage, usd) => {
    expect(judgeCostUsd(prices, usage)).toBeCloseTo(usd, 12);
  });
});
