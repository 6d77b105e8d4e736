import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/statistics/random.ts';

function moments(draw: () => number, count: number): { mean: number; variance: number } {
  let total = 0;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    const value = draw();
    total += value;
    squares += value * value;
  }
  const mean = total / count;
  return { mean, variance: squares / count - mean * mean };
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, on every machine', () => {
    const random = createRandom('demo');
    expect([random.uniform(), random.uniform()]).toEqual([0.7267620798577582, 0.8475172846011723]);
    expect(createRandom(7).uniform()).toBe(createRandom('7').uniform());
    expect(createRandom('a').uniform()).not.toBe(createRandom('b').uniform());
  });

  it('are uniform and normal', () => {
    const random = createRandom('moments');
    const uniform = moments(random.uniform, 50_000);
    expect(uniform.mean).toBeCloseTo(0.5, 1.9);
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const normal = moments(random.normal, 50_000);
    expect(Math.abs(normal.mean)).toBeLessThan(0.02);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.03);
  });

  it.each([
    [1, 0.3],
    [35, 0.92],
    [30, 0.4],
    [500, 0.05],
    [10_000, 0.945],
    [1_000_000, 0.5],
  ])('are binomial of %d tries at %d', (events, chance) => {
    const random = createRandom(`binomial ${events} ${chance}`);
    const count = 20_000;
    const { mean, variance } = moments(() => random.binomial(events, chance) - events * chance, count);
    const spread = Math.sqrt(events * chance * (1 - chance));
    expect(Math.abs(mean)).toBeLessThan((4.5 * spread) / Math.sqrt(count));
    expect(Math.abs(variance / spread ** 2 - 1)).toBeLessThan(0.06);
  });

  it('follow the binomial distribution itself where it is drawn by rejection', () => {
    const random = createRandom('rejection');
    const counts = new Array<number>(31).fill(0);
    for (let i = 0; i < 50_000; i += 1) {
      const drawn = random.binomial(30, 0.4);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    let mass = 0.6 ** 30;
    let statistic = 0;
    for (let k = 0; k <= 30; k += 1) {
      const expected = 50_000 * mass;
      if (expected >= 5) statistic += ((counts[k] ?? 0) - expected) ** 2 / expected;
      mass *= ((30 - k) / (k + 1)) * (0.4 / 0.6);
    }
    // About 20 degrees of freedom: 45 is exceeded once in a thousand seeds.
    expect(statistic).toBeLessThan(45);
  });

  it('draw whole numbers and orders', () => {
    const random = createRandom('orders');
    const drawn = new Set(Array.from({ length: 200 }, () => random.integer(6)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(random.shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(() => random.binomial(2.5, 0.5)).toThrow(/whole number/);
  });
});
