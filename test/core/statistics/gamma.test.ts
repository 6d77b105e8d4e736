import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviancePart, logGamma, stirlingRemainder } from '#core/statistics/gamma.ts';

describe('the logarithm of the gamma function', () => {
  it.each([
    [0.5, 0.5723649429247001],
    [1.5, -0.12078223763524526],
    [100.5, 361.43554046777757],
    [10000, 82099.71749644238],
    [-1.5, 0.860047015376481],
  ])('at %d is scipy.special.gammaln', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-9);
  });

  it('is exactly 0 at 1 and 2', () => {
    expect([logGamma(1), logGamma(2)]).toEqual([0, 0]);
  });

  it('follows the recurrence Γ(x + 1) = x Γ(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (x) => {
        const difference = logGamma(x + 1) - logGamma(x);
        return Math.abs(difference - Math.log(x)) < 1e-14 * Math.max(10, Math.abs(logGamma(x + 1)));
      }),
    );
  });

  it('refuses its poles', () => {
    expect(() => logGamma(0)).toThrow(RangeError);
    expect(() => logGamma(-3)).toThrow(/not -3/);
    expect(() => logGamma(Number.NaN)).toThrow(RangeError);
  });

  it('has the remainder and the deviance part of the docstrings', () => {
    expect(stirlingRemainder(1)).toBeCloseTo(0.0810614667953, 12);
    expect(deviancePart(12, 10)).toBeCloseTo(0.18785868152745552, 14);
    expect(deviancePart(0, 3)).toBe(3);
  });
});
