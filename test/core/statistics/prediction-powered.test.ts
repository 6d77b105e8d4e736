import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  predictionPoweredMean,
  summarisePasses,
  summariseScores,
} from '#core/statistics/prediction-powered.ts';

describe('prediction-powered inference', () => {
  it('of a small example is that of ppi_py', () => {
    const found = predictionPoweredMean(
      { ratings: [1, 1, 0, 1], scores: [1, 1, 0, 0], unrated: summarisePasses(8, 10) },
      0.95,
    );
    expect(found).toMatchObject({
      ok: true,
      classical: { estimate: 0.75 },
      ppi: { estimate: expect.closeTo(1.05, 12), lower: expect.closeTo(0.5585412292458883, 9) },
      tuned: { lambda: expect.closeTo(0.40625, 12), estimate: expect.closeTo(0.871875, 12) },
    });
  });

  it('scales weights to mean 1', () => {
    const input = {
      ratings: [1, 0, 1],
      scores: [0.75, 0.5, 1],
      unrated: summariseScores([0.5, 1, 0.75, 0.25]),
    };
    const once = predictionPoweredMean({ ...input, weights: [1, 2, 3] }, 0.95);
    const thrice = predictionPoweredMean({ ...input, weights: [3, 6, 9] }, 0.95);
    expect(once.ok && thrice.ok && once.ppi.estimate - thrice.ppi.estimate).toBeCloseTo(0, 12);
  });

  it('is between the ratings alone and PPI in width at most, and never NaN', () => {
    const bit = fc.constantFrom(0, 1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bit, bit), { minLength: 1, maxLength: 40 }),
        fc.nat(200),
        (pairs, passes) => {
          const found = predictionPoweredMean(
            {
              ratings: pairs.map(([y]) => y),
              scores: pairs.map(([, f]) => f),
              unrated: summarisePasses(passes, 200),
            },
            0.95,
          );
          if (!found.ok) throw new Error(found.reason);
          expect(Number.isFinite(found.ppi.lower + found.ppi.upper)).toBe(true);
          if (found.tuned.ok) {
            expect(Number.isFinite(found.tuned.estimate)).toBe(true);
            expect(found.tuned.lambda).toBeGreaterThanOrEqual(0);
            expect(found.tuned.lambda).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('flags an interval without width, and 0/0', () => {
    const ones = Array.from({ length: 30 }, () => 1);
    const found = predictionPoweredMean(
      { ratings: ones, scores: ones, unrated: summarisePasses(200, 200) },
      0.95,
    );
    expect(found).toMatchObject({
      ok: true,
      ppi: { estimate: 1, lower: 1, upper: 1, zeroWidth: true },
      tuned: { ok: false, reason: expect.stringContaining('no judge score varies') },
    });
  });

  it('is not computable without ratings or unrated responses', () => {
    const unrated = summarisePasses(8, 10);
    expect(predictionPoweredMean({ ratings: [], scores: [], unrated }, 0.95).ok).toBe(false);
    expect(predictionPoweredMean({ ratings: [1], scores: [1], unrated: summariseScores([]) }, 0.95).ok).toBe(
      false,
    );
    expect(predictionPoweredMean({ ratings: [1], scores: [1], unrated, weights: [0] }, 0.95).ok).toBe(false);
  });
});
