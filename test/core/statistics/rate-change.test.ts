import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/statistics/random.ts';
import { testRateIncrease } from '#core/statistics/rate-change.ts';

const tally = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([events, share]) => ({ passes: Math.round(share * events), events }));

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
