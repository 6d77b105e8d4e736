import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, logRegularizedBeta, regularizedBeta } from '#core/statistics/beta.ts';

const parameter = fc.double({ min: 0.05, max: 5000, noNaN: true });

/** Of few binary digits, so that 1 - x is exact. */
const ratio = fc.integer({ min: 0, max: 2 ** 20 }).map((part) => part / 2 ** 20);

describe('the incomplete beta function', () => {
  it.each([
    [0.5, 0.5, 0.3, 0.3690101195655454],
    [25, 176, 0.08, 0.01779702358498022],
    [9200, 801, 0.92, 0.5094098302557369],
    [0.5, 200.5, 0.0001, 0.15862112258141356],
  ])('I(%d, %d) at %d is scipy.special.betainc', (a, b, x, expected) => {
    expect(Math.abs(regularizedBeta({ a, b }, x) - expected)).toBeLessThan(1e-11);
    expect(Math.abs(logRegularizedBeta({ a, b }, x) - Math.log(expected))).toBeLessThan(1e-10);
  });

  it('is symmetric, rises with x, and is 0 and 1 at the ends', () => {
    fc.assert(
      fc.property(parameter, parameter, ratio, ratio, (a, b, x, other) => {
        const value = regularizedBeta({ a, b }, x);
        expect(value + regularizedBeta({ a: b, b: a }, 1 - x)).toBeCloseTo(1, 9);
        const [low, high] = [Math.min(x, other), Math.max(x, other)];
        expect(regularizedBeta({ a, b }, low)).toBeLessThanOrEqual(regularizedBeta({ a, b }, high) + 1e-12);
      }),
    );
    expect([regularizedBeta({ a: 2, b: 3 }, 0), regularizedBeta({ a: 2, b: 3 }, 1)]).toEqual([0, 1]);
  });

  it.each([
    [0.5, 0.5, 0.3, 0.2061073738537634],
    [176, 25, 0.05, 0.8354051481690808],
    [200.5, 0.5, 0.025, 0.9875343388640828],
  ])('its inverse for (%d, %d) at %d is scipy.special.betaincinv', (a, b, p, expected) => {
    expect(Math.abs(betaQuantile({ a, b }, p) - expected)).toBeLessThan(1e-12);
  });

  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 1e-9, max: 0.999, noNaN: true }), (a, b, p) => {
        const x = betaQuantile({ a, b }, p);
        const shape = { a, b };
        // Near 1 neighbouring doubles may lie far apart in probability.
        const slack =
          regularizedBeta(shape, Math.min(1, x * (1 + 4e-16))) - regularizedBeta(shape, x * (1 - 4e-16));
        expect(Math.abs(regularizedBeta(shape, x) - p)).toBeLessThan(1e-10 + slack);
      }),
    );
  });

  it('refuses parameters that make no distribution', () => {
    expect(() => regularizedBeta({ a: 0, b: 1 }, 0.5)).toThrow(/above 0/);
    expect(() => betaQuantile({ a: 1, b: 1 }, 1.5)).toThrow(/ratio in \[0, 1\]/);
  });
});
