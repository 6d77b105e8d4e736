import { describe, expect, it } from 'vitest';
import { judgeCostUsd, largestCallUsd } from '#core/cost/judge-cost.ts';
import { testRubric } from '#test/support/catalogue.ts';

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

  it('is reserved at the most it can be: a token for every two bytes, all the output, nothing cached', () => {
    const rubric = testRubric({ judge: { model: 'm', prices, maxOutputTokens: 1_000 } });
    expect(largestCallUsd(rubric, 8_000)).toBeCloseTo((4_000 * 0.25 + 1_000 * 2) / 1e6, 12);
    expect(largestCallUsd(rubric, 8_001)).toBeGreaterThan(largestCallUsd(rubric, 8_000));
  });
});
