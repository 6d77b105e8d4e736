import { describe, expect, it } from 'vitest';
import { integrate } from '#core/statistics/quadrature.ts';

describe('the double-exponential rule', () => {
  it.each([
    ['a polynomial', (x: number) => x ** 3, 0, 2, 4],
    ['a root at its end', Math.sqrt, 0, 1, 2 / 3],
    ['a root at either end', (x: number) => Math.sqrt(x * (1 - x)), 0, 1, Math.PI / 8],
    ['a narrow peak', (x: number) => Math.exp(-x * x), -8, 8, Math.sqrt(Math.PI)],
  ])('integrates %s', (_name, height, from, to, expected) => {
    expect(integrate(height, from, to)).toBeCloseTo(expected, 11);
  });

  it('of an empty range is 0', () => {
    expect(integrate(() => 1, 2, 2)).toBe(0);
    expect(integrate(() => 1, 2, 1)).toBe(0);
  });
});
