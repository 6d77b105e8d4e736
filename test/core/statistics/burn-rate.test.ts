import { describe, expect, it } from 'vitest';
import { burnRate } from '#core/statistics/burn-rate.ts';

describe('burn rate', () => {
  it('of 420 failures in 80,000 at 99.5% is 1.05', () => {
    const rate = burnRate(420 / 80000, 0.995);
    expect(rate.ok && [rate.burn, rate.maxBurn].map((burn) => Math.round(burn * 1e9) / 1e9)).toEqual([
      1.05, 200,
    ]);
  });

  it('cannot exceed 12.5 at 92%', () => {
    const rate = burnRate(1, 0.92);
    expect(rate.ok && rate.burn).toBeCloseTo(12.5, 12);
    expect(rate.ok && rate.burn === rate.maxBurn).toBe(true);
  });

  it('is not computable without a budget', () => {
    expect(burnRate(0.1, 1)).toEqual({ ok: false, reason: expect.stringContaining('no error budget') });
  });
});
