import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TwoStrata } from '#core/statistics/label-shift-threshold.ts';
import { stratifiedRate } from '#core/statistics/stratified-rate.ts';
import { windowRate } from '#core/statistics/window-rate.ts';

const rated: TwoStrata = {
  judgeFailed: { judged: 3747, rated: 67, passed: 61 },
  judgePassed: { judged: 16_253, rated: 133, passed: 128 },
};
const stratum = fc
  .tuple(
    fc.integer({ min: 1, max: 20_000 }),
    fc.integer({ min: 1, max: 300 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([judged, ratings, share]) => ({ judged, rated: ratings, passed: share * ratings }));
const share = fc.double({ min: 0, max: 1, noNaN: true });

function computeRate(strata: TwoStrata, passes: number, events: number) {
  const rate = windowRate(strata, { passes, events }, 0.95);
  if (!rate.ok) throw new Error(rate.reason);
  return rate;
}

describe("a window's pass rate", () => {
  it('agrees with scipy', () => {
    expect(computeRate(rated, 1624, 2000)).toEqual({
      ok: true,
      estimate: expect.closeTo(0.9520216361800024, 12),
      lower: expect.closeTo(0.8393980193386421, 9),
      upper: 1,
      steadyShares: {
        estimate: expect.closeTo(0.9526378633150039, 12),
        lower: expect.closeTo(0.9142136508132466, 9),
        upper: expect.closeTo(0.9740547548249079, 9),
      },
      steadyJudge: {
        estimate: expect.closeTo(0.9449296437794568, 12),
        lower: expect.closeTo(0.8393980193386421, 12),
        upper: 1,
      },
    });
  });

  it('lies in its hull, and the readings in their intervals, all in [0, 1]', () => {
    fc.assert(
      fc.property(stratum, stratum, share, fc.integer({ min: 1, max: 1e6 }), (failed, passed, q, events) => {
        const rate = computeRate({ judgeFailed: failed, judgePassed: passed }, q * events, events);
        const { steadyShares, steadyJudge } = rate;
        for (const { estimate, lower, upper } of [rate, steadyShares, steadyJudge]) {
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeLessThanOrEqual(1);
          expect(lower).toBeLessThanOrEqual(estimate ?? lower);
          expect(upper).toBeGreaterThanOrEqual(estimate ?? upper);
        }
        expect(rate.lower).toBe(Math.min(steadyShares.lower, steadyJudge.lower));
        expect(rate.upper).toBe(Math.max(steadyShares.upper, steadyJudge.upper));
      }),
      { numRuns: 50 },
    );
  });

  it('of a window of the rated time is what people said then, by either reading', () => {
    const { judgeFailed, judgePassed } = {
      judgeFailed: { judged: 1070, rated: 6.7e6, passed: 4.1e6 },
      judgePassed: { judged: 8930, rated: 13.3e6, passed: 13.1e6 },
    };
    const rate = computeRate({ judgeFailed, judgePassed }, 893, 1000);
    const people = (0.107 * 4.1) / 6.7 + (0.893 * 13.1) / 13.3;
    expect(rate.estimate).toBeCloseTo(people, 12);
    expect(rate.steadyShares.estimate).toBeCloseTo(people, 12);
    expect(rate.steadyJudge.estimate).toBeCloseTo(people, 6);
  });

  it('narrows with the window, under steady shares to what the ratings leave open', () => {
    const widths = [100, 1000, 1e4, 1e12].map((events) => {
      const { steadyShares, steadyJudge } = computeRate(rated, 0.9 * events, events);
      return { shares: steadyShares, judge: steadyJudge.upper - steadyJudge.lower };
    });
    const shareWidths = widths.map(({ shares }) => shares.upper - shares.lower);
    expect(shareWidths).toEqual(shareWidths.toSorted((a, b) => b - a));
    const judgeWidths = widths.map(({ judge }) => judge);
    expect(judgeWidths).toEqual(judgeWidths.toSorted((a, b) => b - a));
    const known = stratifiedRate(
      [
        { weight: 0.1, passes: 61, events: 67 },
        { weight: 0.9, passes: 128, events: 133 },
      ],
      0.95,
    );
    expect(known).toMatchObject({
      ok: true,
      lower: expect.closeTo(widths.at(-1)?.shares.lower ?? -1, 9),
      upper: expect.closeTo(widths.at(-1)?.shares.upper ?? -1, 9),
    });
  });

  it('is open where the judge does not tell good from bad, or tells them the wrong way round', () => {
    const half = { judged: 5000, rated: 100, passed: 50 };
    for (const passed of [50, 20]) {
      const rate = computeRate({ judgeFailed: half, judgePassed: { ...half, passed } }, 500, 1000);
      expect(rate).toMatchObject({ lower: 0, upper: 1 });
      expect(rate.steadyJudge).toEqual({ estimate: null, lower: 0, upper: 1 });
    }
    const onlyPassed = { ...rated, judgeFailed: { ...rated.judgeFailed, judged: 0 } };
    expect(computeRate(onlyPassed, 9, 10).steadyJudge.estimate).toBeNull();
  });

  it.each([
    ['an empty window', rated, 0, 'no response of the window was judged'],
    [
      'an unrated verdict',
      { ...rated, judgeFailed: { judged: 10, rated: 0, passed: 0 } },
      10,
      '1 of 2 strata have no rating',
    ],
    [
      'nothing judged at the rated time',
      {
        judgeFailed: { ...rated.judgeFailed, judged: 0 },
        judgePassed: { ...rated.judgePassed, judged: 0 },
      },
      10,
      'no response was judged when people rated',
    ],
  ])('is not computable of %s', (_name, strata, events, reason) => {
    expect(windowRate(strata, { passes: 0, events }, 0.95)).toEqual({ ok: false, reason });
  });

  it('refuses more passes than judgements', () => {
    expect(() => windowRate(rated, { passes: 11, events: 10 }, 0.95)).toThrow(RangeError);
  });
});
