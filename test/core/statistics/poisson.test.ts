import { expect, test } from 'vitest';
import { makePoisson } from '#core/statistics/poisson.ts';

test.each([
  // The least count whose cumulative chance reaches the share, summed in 60 decimal digits.
  [0.07, 0.5, 0],
  [0.07, 0.95, 1],
  [3, 0.5, 3],
  [3, 0.999, 10],
  [35, 0.025, 24],
  [35, 0.975, 47],
  [1_000, 0.001, 904],
  [1_000, 0.5, 1_000],
  [1_000, 0.999, 1_099],
])('mean %d, at %d: %d', (mean, uniform, count) => {
  expect(makePoisson(mean)(uniform)).toBe(count);
});

test('of a mean of 0 there are none, and the ends are numbers', () => {
  expect(makePoisson(0)(0.999)).toBe(0);
  for (const mean of [1e-6, 2, 1e6])
    for (const uniform of [0, 1 - 2 ** -53]) expect(Number.isInteger(makePoisson(mean)(uniform))).toBe(true);
  expect(() => makePoisson(-1)).toThrow(RangeError);
});

test('the mean and variance are the mean', () => {
  const draw = makePoisson(12.3);
  const drawn = Array.from({ length: 20_000 }, (_, index) => draw((index + 0.5) / 20_000));
  const mean = drawn.reduce((sum, count) => sum + count, 0) / drawn.length;
  const variance = drawn.reduce((sum, count) => sum + (count - mean) ** 2, 0) / drawn.length;
  expect(mean).toBeCloseTo(12.3, 2);
  expect(variance).toBeCloseTo(12.3, 1);
});
