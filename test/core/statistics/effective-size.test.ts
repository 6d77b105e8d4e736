import { describe, expect, it } from 'vitest';
import { designEffect, effectiveSize, effectiveSizeOfGroups } from '#core/statistics/effective-size.ts';

describe('effective sizes', () => {
  it('of equal weights is their number, of unequal ones less', () => {
    expect(effectiveSize([3, 3, 3])).toBeCloseTo(3, 12);
    expect(effectiveSize([1, 1, 2])).toBeCloseTo(16 / 6, 12);
    expect(effectiveSize([])).toBe(0);
    expect(
      effectiveSizeOfGroups([
        { weight: 1, count: 2 },
        { weight: 2, count: 1 },
      ]),
    ).toBeCloseTo(16 / 6, 12);
  });

  it('of conversations shrink by the design effect', () => {
    expect(designEffect([5, 5, 5], 0.3)).toBeCloseTo(2.2, 12);
    expect(designEffect([1, 1, 1], 0.3)).toBe(1);
    expect(designEffect([], 0.3)).toBe(1);
  });
});
