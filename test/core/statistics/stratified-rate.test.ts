import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, regularizedBeta } from '#core/statistics/beta.ts';
import { jeffreysInterval } from '#core/statistics/proportion-interval.ts';
import { stratifiedRate, type TwoWeightedTallies } from '#core/statistics/stratified-rate.ts';

const tally = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([events, share]) => ({ passes: Math.round(share * events * 4) / 4, events }));
const pairOfStrata = fc.tuple(tally, tally, fc.double({ min: 0, max: 1, noNaN: true })).map(
  ([failed, passed, weight]) =>
    [
      { ...failed, weight: 1 - weight },
      { ...passed, weight },
    ] satisfies TwoWeightedTallies,
);

function computeRate(strata: TwoWeightedTallies, confidence = 0.95) {
  const rate = stratifiedRate(strata, confidence);
  if (!rate.ok) throw new Error(rate.reason);
  return rate;
}

/** The posterior's tail, as the mean over the quantiles of the first stratum. */
function tailByQuantiles([first, second]: TwoWeightedTallies, rate: number): number {
  const points = 1000;
  const shapes = [first, second].map(({ passes, events }) => ({ a: passes + 0.5, b: events - passes + 0.5 }));
  const [outer = { a: 1, b: 1 }, inner = { a: 1, b: 1 }] = shapes;
  let total = 0;
  for (let point = 0; point < points; point += 1) {
    const rest = (rate - first.weight * betaQuantile(outer, (point + 0.5) / points)) / second.weight;
    total += regularizedBeta(inner, Math.min(1, Math.max(0, rest)));
  }
  return total / points;
}

describe('the stratified pass rate', () => {
  it('agrees with scipy', () => {
    const rate = computeRate([
      { weight: 0.107, passes: 41, events: 67 },
      { weight: 0.893, passes: 131, events: 133 },
    ]);
    expect(rate.estimate).toBeCloseTo(0.945049040511727, 12);
    expect(rate.lower).toBeCloseTo(0.91366619831247, 9);
    expect(rate.upper).toBeCloseTo(0.961278142526456, 9);
  });

  it.each<[string, TwoWeightedTallies]>([
    [
      'half-passes',
      [
        { weight: 0.107, passes: 40.5, events: 67 },
        { weight: 0.893, passes: 131.25, events: 133 },
      ],
    ],
    [
      'one rating each',
      [
        { weight: 0.1, passes: 0, events: 1 },
        { weight: 0.9, passes: 1, events: 1 },
      ],
    ],
    [
      'nothing but passes',
      [
        { weight: 0.1, passes: 67, events: 67 },
        { weight: 0.9, passes: 133, events: 133 },
      ],
    ],
    [
      'unlike sizes',
      [
        { weight: 0.7, passes: 1e6, events: 1e6 },
        { weight: 0.3, passes: 50, events: 50 },
      ],
    ],
  ])('has the quantiles of its posterior, of %s', (_name, strata) => {
    const { lower, upper } = computeRate(strata);
    expect(Math.abs(tailByQuantiles(strata, lower) - 0.025)).toBeLessThan(1e-4);
    expect(Math.abs(tailByQuantiles(strata, upper) - 0.975)).toBeLessThan(1e-4);
  });

  it('mirrors, lies in [0, 1] and widens with confidence', () => {
    fc.assert(
      fc.property(pairOfStrata, (strata) => {
        const [failed, passed] = strata;
        const { estimate, lower, upper } = computeRate(strata);
        const mirrored = computeRate([
          { ...failed, passes: failed.events - failed.passes },
          { ...passed, passes: passed.events - passed.passes },
        ]);
        expect(estimate).toBeCloseTo(1 - mirrored.estimate, 9);
        expect(lower).toBeCloseTo(1 - mirrored.upper, 9);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(upper).toBeGreaterThan(lower);
        const wider = computeRate(strata, 0.99);
        expect(wider.lower).toBeLessThan(lower);
        expect(wider.upper).toBeGreaterThan(upper);
      }),
      { numRuns: 25 },
    );
  });

  it('of one stratum with all the weight is that of Jeffreys, and goes over into it', () => {
    const failed = { passes: 3, events: 20 };
    const passed = { passes: 160, events: 200 };
    const jeffreys = jeffreysInterval(passed, 0.95);
    for (const weight of [1, 1 - 1e-9]) {
      const rate = computeRate([
        { ...failed, weight: 1 - weight },
        { ...passed, weight },
      ]);
      expect(rate.lower).toBeCloseTo(jeffreys.lower, 8);
      expect(rate.upper).toBeCloseTo(jeffreys.upper, 8);
    }
  });

  it('is not computable where a stratum has no rating', () => {
    const strata: TwoWeightedTallies = [
      { weight: 0.1, passes: 0, events: 0 },
      { weight: 0.9, passes: 9, events: 10 },
    ];
    expect(stratifiedRate(strata, 0.95)).toEqual({ ok: false, reason: '1 of 2 strata have no rating' });
  });

  it('refuses weights that are no ratios and more passes than ratings', () => {
    const good = { weight: 0.5, passes: 1, events: 2 };
    expect(() => stratifiedRate([good, { ...good, weight: 50 }], 0.95)).toThrow(RangeError);
    expect(() => stratifiedRate([good, { ...good, passes: 3 }], 0.95)).toThrow(RangeError);
  });
});
