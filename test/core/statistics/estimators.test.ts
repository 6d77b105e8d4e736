import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsWithUnjudged, postStratifiedRate } from '#core/statistics/post-stratified.ts';
import {
  predictionPoweredMean,
  summarisePasses,
  summariseScores,
} from '#core/statistics/prediction-powered.ts';
import { wilsonInterval } from '#core/statistics/proportion-interval.ts';
import { createRandom } from '#core/statistics/random.ts';
import { langReiczigel, roganGladen, roganGladenFieller } from '#core/statistics/rogan-gladen.ts';

const stratum = fc
  .tuple(
    fc.integer({ min: 1, max: 5000 }),
    fc.integer({ min: 1, max: 200 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([judged, rated, share]) => ({ judged, rated, passed: Math.round(share * rated) }));

describe('the post-stratified pass rate', () => {
  it.each([
    [0.95, 0.8950917405467387, 0.9589707110412805],
    [0.99, 0.8717955702255802, 0.9623811472092306],
  ])('of a balanced draw of 200 at %d, by numpy and scipy', (confidence, lower, upper) => {
    const strata = [
      { judged: 107, rated: 100, passed: 62 },
      { judged: 893, rated: 100, passed: 98 },
    ];
    expect(postStratifiedRate({ strata }, confidence)).toMatchObject({
      ok: true,
      estimate: expect.closeTo(0.94148, 12),
      weightVariance: expect.closeTo(1.2383409600000283e-5, 12),
      lower: expect.closeTo(lower, 10),
      upper: expect.closeTo(upper, 10),
    });
  });

  it('of one stratum is Wilson', () => {
    fc.assert(
      fc.property(stratum, (only) => {
        const rate = postStratifiedRate({ strata: [only] }, 0.95);
        const wilson = wilsonInterval({ passes: only.passed, events: only.rated }, 0.95);
        if (!rate.ok) throw new Error(rate.reason);
        // The share is certain, and so adds no variance but what rounding leaves.
        expect(rate.lower).toBeCloseTo(wilson.lower, 6);
        expect(rate.upper).toBeCloseTo(wilson.upper, 6);
      }),
    );
  });

  it('holds its estimate, lies in [0, 1], mirrors, and narrows with certain shares', () => {
    fc.assert(
      fc.property(fc.array(stratum, { minLength: 1, maxLength: 5 }), (strata) => {
        const rate = postStratifiedRate({ strata }, 0.95);
        const failed = strata.map((s) => ({ ...s, passed: s.rated - s.passed }));
        const mirrored = postStratifiedRate({ strata: failed }, 0.95);
        if (!rate.ok || !mirrored.ok) throw new Error('every stratum is rated');
        expect(rate.lower).toBeGreaterThanOrEqual(0);
        expect(rate.upper).toBeLessThanOrEqual(1);
        expect(rate.lower).toBeLessThanOrEqual(rate.estimate);
        expect(rate.upper).toBeGreaterThanOrEqual(rate.estimate);
        expect(rate.lower).toBeCloseTo(1 - mirrored.upper, 9);
        expect(rate.fixedWeights.lower).toBeGreaterThanOrEqual(rate.lower);
        const uneven = postStratifiedRate({ strata, effectiveJudged: 10 }, 0.95);
        expect(uneven.lower).toBeLessThanOrEqual(
          postStratifiedRate({ strata, effectiveJudged: 1e6 }, 0.95).lower + 1e-12,
        );
      }),
    );
  });

  it.each([
    ['all pass', 40, 1],
    ['all fail', 0, 0],
  ])('of a service where %s has an interval of some width', (_name, passed, estimate) => {
    const strata = [
      { judged: 50, rated: 40, passed },
      { judged: 950, rated: 40, passed },
    ];
    const rate = postStratifiedRate({ strata }, 0.95);
    expect(rate).toMatchObject({ ok: true, estimate });
    expect(rate.upper - rate.lower).toBeGreaterThan(0.02);
  });

  it('knows only [0, 1] where a stratum has no rating', () => {
    const strata = [
      { judged: 50, rated: 0, passed: 0 },
      { judged: 950, rated: 40, passed: 38 },
    ];
    expect(postStratifiedRate({ strata }, 0.95)).toEqual({
      ok: false,
      reason: '1 of 2 strata have no rating',
      lower: 0,
      upper: 1,
    });
    expect(postStratifiedRate({ strata: [] }, 0.95)).toMatchObject({ ok: false, lower: 0, upper: 1 });
  });

  it('does not miss the ratings of a stratum without responses', () => {
    const strata = [
      { judged: 0, rated: 0, passed: 0 },
      { judged: 950, rated: 40, passed: 38 },
    ];
    expect(postStratifiedRate({ strata }, 0.95)).toMatchObject({
      ok: true,
      estimate: expect.closeTo(0.95, 12),
    });
  });

  it('of one rating is wide', () => {
    const rate = postStratifiedRate({ strata: [{ judged: 100, rated: 1, passed: 1 }] }, 0.95);
    expect(rate).toMatchObject({ ok: true, estimate: 1, upper: 1 });
    expect(rate.lower).toBeLessThan(0.25);
  });

  it('covers the truth as often as simulated in the specification', () => {
    const random = createRandom('coverage of the post-stratified rate');
    const runs = 2000;
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      // A judge of sensitivity .93 and specificity .75 over 10,000 responses of which 94.5% are good, 100 rated of each verdict.
      const passes = random.binomial(10_000, 0.93 * 0.945 + 0.25 * 0.055);
      const strata = [
        {
          judged: 10_000 - passes,
          rated: 100,
          passed: random.binomial(100, (0.07 * 0.945) / (0.07 * 0.945 + 0.75 * 0.055)),
        },
        {
          judged: passes,
          rated: 100,
          passed: random.binomial(100, (0.93 * 0.945) / (0.93 * 0.945 + 0.25 * 0.055)),
        },
      ];
      const { lower, upper } = postStratifiedRate({ strata }, 0.95);
      if (lower <= 0.945 && upper >= 0.945) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.935);
    expect(covered / runs).toBeLessThan(0.97);
  });

  it('is widened by what was not judged', () => {
    const bounds = boundsWithUnjudged({ lower: 0.9, upper: 0.95 }, 0.1);
    expect(bounds).toEqual({ lower: expect.closeTo(0.81, 12), upper: expect.closeTo(0.955, 12) });
    expect(boundsWithUnjudged({ lower: 0.9, upper: 0.95 }, 1)).toEqual({ lower: 0, upper: 1 });
  });
});

const TABLE = { truePass: 440, falseFail: 33, falsePass: 7, trueFail: 20 };

describe('Rogan-Gladen', () => {
  it.each([
    ['judgy', TABLE, 446, 0.9430192554557125],
    ['judgy, clipped from above', { truePass: 90, falseFail: 10, falsePass: 2, trueFail: 18 }, 499, 1],
    ['judgy, clipped from below', { truePass: 60, falseFail: 40, falsePass: 10, trueFail: 90 }, 2, 0],
  ])('is that of %s', (_name, confusion, judgePasses, expected) => {
    const found = roganGladen({ confusion, judgePasses, judged: 500 });
    expect(found).toMatchObject({ ok: true, estimate: expect.closeTo(expected, 12) });
  });

  it.each([
    ['sensitivity + specificity is 1', { truePass: 50, falseFail: 50, falsePass: 50, trueFail: 50 }],
    ['the judge is worse than a coin', { truePass: 40, falseFail: 60, falsePass: 60, trueFail: 40 }],
    ['people failed nothing', { truePass: 40, falseFail: 60, falsePass: 0, trueFail: 0 }],
    ['people passed nothing', { truePass: 0, falseFail: 0, falsePass: 3, trueFail: 9 }],
  ])('is not computable where %s', (_name, confusion) => {
    expect(roganGladen({ confusion, judgePasses: 400, judged: 500 })).toMatchObject({ ok: false });
  });

  it("with Fieller's interval is that of the formula", () => {
    expect(roganGladenFieller({ confusion: TABLE, judgePasses: 446, judged: 500 }, 0.95)).toEqual({
      state: 'ok',
      lower: expect.closeTo(0.8792001686924417, 10),
      upper: expect.closeTo(0.9945330525413787, 10),
    });
  });

  it.each([
    ['a judge worse than a coin', { truePass: 40, falseFail: 60, falsePass: 60, trueFail: 40 }],
    ['sensitivity + specificity about 1', { truePass: 51, falseFail: 49, falsePass: 49, trueFail: 51 }],
    ['no rating', { truePass: 0, falseFail: 0, falsePass: 0, trueFail: 0 }],
  ])('says that %s is uninformative', (_name, confusion) => {
    expect(roganGladenFieller({ confusion, judgePasses: 400, judged: 500 }, 0.95)).toEqual({
      state: 'uninformative',
      lower: 0,
      upper: 1,
    });
  });

  it('is never NaN with Fieller, and its interval is one', () => {
    const cell = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(cell, cell, cell, cell, fc.integer({ min: 0, max: 500 }), (a, b, c, d, judgePasses) => {
        const confusion = { truePass: a, falseFail: b, falsePass: c, trueFail: d };
        const { lower, upper } = roganGladenFieller({ confusion, judgePasses, judged: 500 }, 0.95);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(upper);
      }),
    );
  });
});

describe('Lang-Reiczigel', () => {
  it.each([
    // R asht::prevSeSp; the first is example 4b of the paper
    [
      51 / 509,
      509,
      23 / 41,
      41,
      187 / 195,
      195,
      0.95,
      0.113800992762935,
      0.0366098105108738,
      0.194694062163026,
    ],
    [0.8926, 10000, 0.93, 189, 0.75, 11, 0.95, 0.945, 0.884751326971269, 1],
    [0.794, 500, 0.93, 189, 0.75, 11, 0.9, 0.8, 0.68379067489795, 0.865796114036634],
  ])(
    'of %d over %d is that of asht',
    (apparent, judged, sensitivity, ratedPasses, specificity, ratedFails, confidence, estimate, lower, upper) => {
      const found = langReiczigel(
        { apparent, judged, sensitivity, ratedPasses, specificity, ratedFails },
        confidence,
      );
      expect(found).toMatchObject({
        estimate: expect.closeTo(estimate, 9),
        lower: expect.closeTo(lower, 9),
        upper: expect.closeTo(upper, 9),
      });
    },
  );

  it('is not computable for a judge no better than a coin', () => {
    const input = {
      apparent: 0.5,
      judged: 100,
      sensitivity: 0.5,
      ratedPasses: 50,
      specificity: 0.5,
      ratedFails: 50,
    };
    expect(langReiczigel(input, 0.95)).toMatchObject({ ok: false });
  });
});

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
