import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, logRegularizedBeta, regularizedBeta } from '#core/statistics/beta.ts';
import { deviancePart, logGamma, stirlingRemainder } from '#core/statistics/gamma.ts';
import {
  logNormalLowerTail,
  normalLowerTail,
  normalQuantile,
  normalUpperTail,
  oneSidedQuantile,
  twoSidedQuantile,
} from '#core/statistics/normal.ts';

const parameter = fc.double({ min: 0.05, max: 5000, noNaN: true });
/** Of few binary digits, so that 1 - x is exact. */
const ratio = fc.integer({ min: 0, max: 2 ** 20 }).map((part) => part / 2 ** 20);

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

describe('the normal distribution', () => {
  it.each([
    [-8, 6.22096057427178e-16],
    [-1.96, 0.024997895148220435],
    [0.5, 0.6914624612740131],
    [6, 0.9999999990134123],
    [-37, 5.725571222524e-300],
  ])('its lower tail at %d is scipy.stats.norm.cdf', (z, expected) => {
    expect(Math.abs(normalLowerTail(z) / expected - 1)).toBeLessThan(1e-11);
  });

  it.each([
    [1e-8, -5.612001244174789],
    [0.025, -1.9599639845400545],
    [0.2, -0.8416212335729142],
    [0.95, 1.6448536269514722],
    [1e-300, -37.0471],
  ])('its quantile at %d is scipy.stats.norm.ppf', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThan(
      probability < 1e-200 ? 1e-4 : 1e-12,
    );
  });

  it('has tails that mirror and a quantile that undoes them', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 8, noNaN: true }), (z) => {
        expect(normalLowerTail(z)).toBe(normalUpperTail(-z));
        if (z < 5) expect(normalQuantile(normalLowerTail(z))).toBeCloseTo(z, 9);
        expect(logNormalLowerTail(z)).toBeCloseTo(Math.log(normalLowerTail(z)), 9);
      }),
    );
  });

  it('keeps the logarithm of a tail that is 0 as a double', () => {
    expect(normalLowerTail(-40)).toBe(0);
    expect(logNormalLowerTail(-40)).toBeCloseTo(-804.608442013754, 9);
  });

  it('gives the z of intervals and refuses certainty', () => {
    expect(twoSidedQuantile(0.95)).toBeCloseTo(1.959963984540054, 12);
    expect(oneSidedQuantile(0.95)).toBeCloseTo(1.6448536269514722, 12);
    expect(() => twoSidedQuantile(1)).toThrow(/strictly between 0 and 1/);
    expect(() => twoSidedQuantile(95)).toThrow(/divide a percentage by 100/);
  });
});
