import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialCriticalPasses, binomialLowerTail } from '#core/statistics/binomial.ts';

describe('the exact binomial lower tail', () => {
  it.each([
    [176, 200, 0.0306365099511463, 'not a breach at .01'],
    [160, 200, 6.58e-8, 'a breach at 1e-5'],
    [0, 200, 4.149515568880578e-220, 'nothing passed'],
    [45, 50, 0.37104986118288064, 'few events'],
    [0, 1, 0.08, 'one event'],
    [9100, 10000, 0.0001550568277856553, 'many events'],
    [92000, 100000, 0.5016740689202366, 'at the objective'],
  ])('of %d passes in %d at .92 is scipy.stats.binomtest: %d (%s)', (passes, events, expected) => {
    const { probability } = binomialLowerTail({ passes, events }, 0.92);
    expect(Math.abs(probability / expected - 1)).toBeLessThan(expected === 6.58e-8 ? 1e-3 : 1e-10);
  });

  it.each([
    // 40 digits by mpmath, summing the distribution's terms
    [919000, 1000000, 0.92, 0.00011764866021512265],
    [910000, 1000000, 0.92, 3.8979340123581659e-287],
    [5025, 5000000, 0.001, 0.64164179916012],
  ])('keeps its digits for %d of %d at %d', (passes, events, chance, expected) => {
    const { probability } = binomialLowerTail({ passes, events }, chance);
    expect(Math.abs(probability / expected - 1)).toBeLessThan(1e-10);
  });

  it('equals the sum of the distribution, term by term', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        fc.nat(),
        (events, chance, seed) => {
          const passes = seed % (events + 1);
          let mass = (1 - chance) ** events;
          let total = mass;
          for (let k = 1; k <= passes; k += 1) {
            mass *= ((events - k + 1) / k) * (chance / (1 - chance));
            total += mass;
          }
          const { probability } = binomialLowerTail({ passes, events }, chance);
          expect(Math.abs(probability / total - 1)).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it('is exactly 1 when all passed or nothing happened', () => {
    expect(binomialLowerTail({ passes: 200, events: 200 }, 0.92)).toEqual({
      probability: 1,
      logProbability: 0,
    });
    expect(binomialLowerTail({ passes: 0, events: 0 }, 0.92)).toEqual({ probability: 1, logProbability: 0 });
    expect(binomialLowerTail({ passes: 1e6, events: 1e6 }, 0.999).probability).toBe(1);
  });

  it('keeps the logarithm where the probability is 0 as a double', () => {
    const { probability, logProbability } = binomialLowerTail({ passes: 0, events: 10000 }, 0.92);
    expect(probability).toBe(0);
    expect(logProbability).toBeCloseTo(10000 * Math.log1p(-0.92), 6);
  });

  it('rises with the passes and falls with the chance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100_000 }),
        fc.double({ min: 0.01, max: 0.98, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (events, chance, share) => {
          const passes = Math.floor(share * events);
          const at = (k: number, p: number) => binomialLowerTail({ passes: k, events }, p).logProbability;
          expect(at(passes, chance)).toBeLessThanOrEqual(at(passes + 1, chance) + 1e-12);
          expect(at(passes, chance + 0.01)).toBeLessThanOrEqual(at(passes, chance) + 1e-12);
        },
      ),
    );
  });

  it('takes counts divided by a design effect', () => {
    const { probability } = binomialLowerTail({ passes: 80.5, events: 91.7 }, 0.92);
    expect(probability).toBeGreaterThan(binomialLowerTail({ passes: 80, events: 92 }, 0.92).probability);
    expect(probability).toBeLessThan(1);
  });

  it('refuses more passes than events', () => {
    expect(() => binomialLowerTail({ passes: 3, events: 2 }, 0.92)).toThrow(/3 > 2/);
    expect(() => binomialLowerTail({ passes: 1, events: 2 }, 92)).toThrow(/divide a percentage/);
  });
});

describe('the critical count', () => {
  it.each([
    [50, 0.001, 38],
    [100, 0.01, 84],
    [200, 0.01, 174],
    [10000, 0.001, 9114],
  ])('of %d events at .92 and alpha %d is %d, as in scipy.stats.binom', (events, alpha, expected) => {
    expect(binomialCriticalPasses({ events, passChance: 0.92, alpha })).toBe(expected);
  });

  it('is -1 where even no pass at all is not significant', () => {
    expect(binomialCriticalPasses({ events: 1, passChance: 0.92, alpha: 0.01 })).toBe(-1);
    expect(binomialCriticalPasses({ events: 0, passChance: 0.92, alpha: 0.01 })).toBe(-1);
  });

  it('is the last significant one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        fc.constantFrom(0.05, 0.01, 1e-5),
        (events, passChance, alpha) => {
          const critical = binomialCriticalPasses({ events, passChance, alpha });
          const at = (passes: number) => binomialLowerTail({ passes, events }, passChance).probability;
          if (critical >= 0) expect(at(critical)).toBeLessThan(alpha);
          expect(at(critical + 1)).toBeGreaterThanOrEqual(alpha);
        },
      ),
      { numRuns: 50 },
    );
  });
});
