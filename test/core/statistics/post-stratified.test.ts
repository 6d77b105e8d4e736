import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsWithUnjudged, postStratifiedRate } from '#core/statistics/post-stratified.ts';
import { wilsonInterval } from '#core/statistics/proportion-interval.ts';
import { createRandom } from '#core/statistics/random.ts';

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
