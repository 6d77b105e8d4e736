import { describe, expect, it } from 'vitest';
import { impactOf } from '#core/triage/impact.ts';

describe('impact', () => {
  it('is exact where everything is counted, and an estimate of a sample', () => {
    const counted = { good: 800, total: 1_000 };
    const before = { good: 9_500, total: 10_000 };
    const whole = impactOf({ counted, before, responses: 1_000, objective: 0.95, windowTotal: 4_000 });
    expect(whole.bad).toEqual({ value: 200, lower: 200, upper: 200 });
    expect(whole.excess.value).toBeCloseTo(150, 6);
    expect(whole.budgetSpent).toBeCloseTo(1, 6);
    const sampled = impactOf({ counted, before, responses: 20_000, objective: 0.95, windowTotal: 4_000 });
    expect(sampled.bad.value).toBeCloseTo(4_000, 6);
    expect(sampled.bad.lower).toBeLessThan(3_600);
    expect(sampled.bad.upper).toBeGreaterThan(4_400);
  });
});
