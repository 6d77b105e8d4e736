import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { designEffect, effectiveSize, effectiveSizeOfGroups } from '#core/statistics/effective-size.ts';
import { exactMcNemar } from '#core/statistics/mcnemar.ts';
import { moverWilson } from '#core/statistics/mover.ts';
import {
  clopperPearsonInterval,
  clopperPearsonLower,
  clopperPearsonUpper,
  jeffreysInterval,
  jeffreysQuantile,
  wilsonInterval,
} from '#core/statistics/proportion-interval.ts';
import { createRandom } from '#core/statistics/random.ts';
import { testRateIncrease } from '#core/statistics/rate-change.ts';

const METHODS = { wilsonInterval, clopperPearsonInterval, jeffreysInterval };

const tally = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([events, share]) => ({ passes: Math.round(share * events), events }));

describe('intervals of one proportion, against statsmodels.proportion_confint', () => {
  it.each([
    [
      160,
      200,
      0.95,
      [0.7391448134346212, 0.8495479907390189],
      [0.7377736354103999, 0.8531055117842411],
      [0.740492311196634, 0.8508991300548626],
    ],
    [
      0,
      20,
      0.99,
      [0, 0.24910540109875343],
      [0, 0.23272950098907447],
      [9.695657205392315e-7, 0.17675409743668993],
    ],
    [
      20,
      20,
      0.95,
      [0.8388748419471806, 1],
      [0.8315665290169147, 1],
      [0.8833610170951246, 0.9999757535215408],
    ],
    [0, 1, 0.95, [0, 0.7934506856227626], [0, 0.975], [0.0003855809807559016, 0.8532536836904248]],
    [
      9450,
      10000,
      0.95,
      [0.9403583808486388, 0.949299860601459],
      [0.9403504412989965, 0.9493882017746218],
      [0.9404023382214811, 0.9493401286462309],
    ],
  ])('%d of %d at %d', (passes, events, confidence, wilson, clopperPearson, jeffreys) => {
    const expected = {
      wilsonInterval: wilson,
      clopperPearsonInterval: clopperPearson,
      jeffreysInterval: jeffreys,
    };
    for (const [name, interval] of Object.entries(METHODS)) {
      const { lower, upper } = interval({ passes, events }, confidence);
      const [expectedLower = -1, expectedUpper = -1] = expected[name as keyof typeof METHODS];
      expect(Math.abs(lower - expectedLower), name).toBeLessThan(1e-12);
      expect(Math.abs(upper - expectedUpper), name).toBeLessThan(1e-12);
    }
  });

  it.each(Object.entries(METHODS))(
    '%s mirrors, lies in [0, 1] and widens with confidence',
    (_name, interval) => {
      fc.assert(
        fc.property(tally, ({ passes, events }) => {
          const { lower, upper } = interval({ passes, events }, 0.95);
          const mirrored = interval({ passes: events - passes, events }, 0.95);
          expect(lower).toBeCloseTo(1 - mirrored.upper, 9);
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeLessThanOrEqual(1);
          expect(upper).toBeGreaterThan(lower);
          const wider = interval({ passes, events }, 0.99);
          expect(wider.lower).toBeLessThanOrEqual(lower);
          expect(wider.upper).toBeGreaterThanOrEqual(upper);
        }),
      );
    },
  );

  it('has one-sided limits of known form where all or none passed', () => {
    expect(clopperPearsonLower({ passes: 200, events: 200 }, 0.95)).toBeCloseTo(0.05 ** (1 / 200), 12);
    expect(clopperPearsonUpper({ passes: 0, events: 200 }, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 200), 12);
    expect(clopperPearsonLower({ passes: 0, events: 5 }, 0.95)).toBe(0);
    expect(clopperPearsonUpper({ passes: 5, events: 5 }, 0.95)).toBe(1);
  });

  it('knows nothing without events', () => {
    expect(wilsonInterval({ passes: 0, events: 0 }, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(clopperPearsonInterval({ passes: 0, events: 0 }, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(jeffreysQuantile({ passes: 0, events: 0 }, 0.5)).toBeCloseTo(0.5, 12);
  });

  it('covers as often as it says: Clopper-Pearson always, Wilson about', () => {
    const random = createRandom('coverage of one proportion');
    const covered = { wilsonInterval: 0, clopperPearsonInterval: 0, jeffreysInterval: 0 };
    const runs = 1000;
    for (let run = 0; run < runs; run += 1) {
      const sample = { passes: random.binomial(100, 0.9), events: 100 };
      for (const [name, interval] of Object.entries(METHODS)) {
        const { lower, upper } = interval(sample, 0.95);
        if (lower <= 0.9 && upper >= 0.9) covered[name as keyof typeof METHODS] += 1;
      }
    }
    expect(covered.clopperPearsonInterval / runs).toBeGreaterThan(0.94);
    for (const count of Object.values(covered)) expect(count / runs).toBeGreaterThan(0.92);
  });
});

describe('MOVER-Wilson', () => {
  it.each([
    [20, 20, 15, 20, 0.03776544556663017, 0.4687008776187441],
    [0, 10, 3, 30, -0.25621082579184085, 0.18513440611682694],
  ])('of %d/%d - %d/%d is Newcombe in statsmodels', (first, events, second, otherEvents, lower, upper) => {
    const found = moverWilson(
      [
        { weight: 1, passes: first, events },
        { weight: -1, passes: second, events: otherEvents },
      ],
      0.95,
    );
    expect(found.ok && Math.abs(found.lower - lower)).toBeLessThan(1e-6);
    expect(found.ok && Math.abs(found.upper - upper)).toBeLessThan(1e-6);
  });

  it('of one term of weight 1 is Wilson, and flips with the sign of the weights', () => {
    fc.assert(
      fc.property(tally, fc.double({ min: 0.1, max: 3, noNaN: true }), (one, weight) => {
        const single = moverWilson([{ weight: 1, ...one }], 0.95);
        const wilson = wilsonInterval(one, 0.95);
        expect(single.ok && single.lower).toBeCloseTo(wilson.lower, 10);
        const up = moverWilson([{ weight, ...one }], 0.95);
        const down = moverWilson([{ weight: -weight, ...one }], 0.95);
        expect(up.ok && down.ok && up.lower + down.upper).toBeCloseTo(0, 10);
      }),
    );
  });

  it('is not computable without events', () => {
    expect(moverWilson([], 0.95).ok).toBe(false);
    expect(moverWilson([{ weight: 1, passes: 0, events: 0 }], 0.95).ok).toBe(false);
  });
});

describe("a rate's change against its baseline", () => {
  // Variance at the maximum of the constrained likelihood, maximised by scipy.optimize.
  it.each([
    [60, 1000, 120, 4000, 2.064694436],
    [33, 700, 50, 5000, 3.555926634],
    [0, 100, 0, 4000, -1.234035105],
  ])('%d/%d over %d/%d by more than 1.5 points has z %d', (passes, events, basePasses, baseEvents, z) => {
    const found = testRateIncrease({
      current: { passes, events },
      baseline: { passes: basePasses, events: baseEvents },
      margin: 0.015,
    });
    expect(found.ok && found.z).toBeCloseTo(z, 7);
  });

  it('has a p-value of one half where the change is the margin', () => {
    const found = testRateIncrease({
      current: { passes: 65, events: 1000 },
      baseline: { passes: 200, events: 4000 },
      margin: 0.015,
    });
    expect(found.ok && found.probability).toBeCloseTo(0.5, 9);
  });

  it('finds less evidence of a change over a larger margin, and never NaN', () => {
    fc.assert(
      fc.property(
        tally,
        tally,
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        (current, baseline, margin) => {
          const found = testRateIncrease({ current, baseline, margin });
          const larger = testRateIncrease({ current, baseline, margin: margin + 0.1 });
          if (!found.ok || !larger.ok) throw new Error('both sides have events');
          expect(Number.isFinite(found.z)).toBe(true);
          expect(larger.z).toBeLessThanOrEqual(found.z + 1e-9);
        },
      ),
    );
  });

  it('raises false alarms no more often than its level, also over a margin', () => {
    const random = createRandom('rate change');
    let alarms = 0;
    for (let run = 0; run < 2000; run += 1) {
      const found = testRateIncrease({
        current: { passes: random.binomial(2000, 0.045), events: 2000 },
        baseline: { passes: random.binomial(8000, 0.03), events: 8000 },
        margin: 0.015,
      });
      if (found.ok && found.probability < 0.05) alarms += 1;
    }
    expect(alarms / 2000).toBeGreaterThan(0.03);
    expect(alarms / 2000).toBeLessThan(0.065);
  });

  it('says why it cannot be measured', () => {
    const none = { passes: 0, events: 0 };
    const some = { passes: 1, events: 9 };
    expect(testRateIncrease({ current: none, baseline: some, margin: 0 })).toMatchObject({ ok: false });
    expect(testRateIncrease({ current: some, baseline: none, margin: 0 })).toMatchObject({
      reason: 'the baseline has no events',
    });
  });

  it('finds no evidence where both sides are constant', () => {
    const all = { passes: 50, events: 50 };
    expect(testRateIncrease({ current: all, baseline: all, margin: 0 })).toMatchObject({
      z: 0,
      probability: 0.5,
    });
  });
});

describe("McNemar's exact test", () => {
  it('is twice the smaller binomial tail', () => {
    expect(exactMcNemar({ passThenFail: 2, failThenPass: 10 }).probability).toBeCloseTo(158 / 4096, 12);
    expect(exactMcNemar({ passThenFail: 10, failThenPass: 2 })).toMatchObject({ direction: 'stricter' });
  });

  it('is 1 without a difference and never above', () => {
    expect(exactMcNemar({ passThenFail: 0, failThenPass: 0 })).toEqual({
      probability: 1,
      logProbability: 0,
      direction: 'neither',
    });
    expect(exactMcNemar({ passThenFail: 7, failThenPass: 7 }).probability).toBe(1);
  });
});

describe('effective sizes', () => {
  it('of equal weights is their number, of unequal ones less', () => {
    expect(effectiveSize([3, 3, 3])).toBeCloseTo(3, 12);
    expect(effectiveSize([1, 1, 2])).toBeCloseTo(16 / 6, 12);
    expect(effectiveSize([])).toBe(0);
    expect(
      effectiveSizeOfGroups([
        { weight: 1, count: 2 },
        { weight: 2, count: 1 },
      ]),
    ).toBeCloseTo(16 / 6, 12);
  });

  it('of conversations shrink by the design effect', () => {
    expect(designEffect([5, 5, 5], 0.3)).toBeCloseTo(2.2, 12);
    expect(designEffect([1, 1, 1], 0.3)).toBe(1);
    expect(designEffect([], 0.3)).toBe(1);
  });
});
