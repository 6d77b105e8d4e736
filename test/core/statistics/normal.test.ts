import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  logNormalLowerTail,
  normalLowerTail,
  normalQuantile,
  normalUpperTail,
  oneSidedQuantile,
  twoSidedQuantile,
} from '#core/statistics/normal.ts';

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
