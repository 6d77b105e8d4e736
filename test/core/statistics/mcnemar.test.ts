import { describe, expect, it } from 'vitest';
import { exactMcNemar } from '#core/statistics/mcnemar.ts';

describe("McNemar's exact test", () => {
  it('is twice the smaller binomial tail', () => {
    expect(exactMcNemar({ passThenFail: 2, failThenPass: 10 }).probability).toBeCloseTo(158 / 4096, 12);
    expect(exactMcNemar({ passThenFail: 10, failThenPass: 2 })).toMatchObject({ direction: 'stricter' });
  });

  it('is 1 without a difference and never above', () => {
    expect(exactMcNemar({ passThenFail: 0, failThenPass: 0 })).toEqual({
      probability: 1,
      logProbability: 0,
      direction: 'neither',
    });
    expect(exactMcNemar({ passThenFail: 7, failThenPass: 7 }).probability).toBe(1);
  });
});
