import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceThreshold } from '#core/statistics/difference-threshold.ts';
import { judgeThresholds, objectiveAtBurn } from '#core/statistics/judge-thresholds.ts';
import { labelShiftThreshold } from '#core/statistics/label-shift-threshold.ts';

const BALANCED = {
  judgeFailed: { judged: 752, rated: 100, passed: 62 },
  judgePassed: { judged: 6248, rated: 100, passed: 98 },
};
const BALANCED_STRATA = [
  { judgePass: false, ...BALANCED.judgeFailed },
  { judgePass: true, ...BALANCED.judgePassed },
];

const side = fc
  .tuple(
    fc.integer({ min: 1, max: 9000 }),
    fc.integer({ min: 1, max: 300 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([judged, rated, share]) => ({ judged, rated, passed: Math.round(share * rated) }));

describe('the threshold by difference', () => {
  it('is that of the formula with Clopper-Pearson limits from statsmodels', () => {
    const strata = [
      { judgePass: false, judged: 752, rated: 21, passed: 13 },
      { judgePass: true, judged: 6248, rated: 179, passed: 176 },
    ];
    expect(differenceThreshold({ strata }, 0.92, 0.95)).toEqual({
      ok: true,
      judgeRate: expect.closeTo(0.8925714285714286, 12),
      humanRate: expect.closeTo(0.9441155322464181, 12),
      difference: expect.closeTo(0.051544103674989517, 12),
      threshold: expect.closeTo(0.8684558963250105, 12),
      lower: expect.closeTo(0.8463796181248995, 10),
      upper: expect.closeTo(0.9004420179679775, 10),
    });
  });

  it('is the objective for a judge that people always agree with', () => {
    const strata = [{ judgePass: true, judged: 7000, rated: 200, passed: 200 }];
    expect(differenceThreshold({ strata }, 0.92, 0.95)).toMatchObject({
      threshold: 0.92,
      lower: 0.92,
      upper: expect.closeTo(0.9348670392312721, 10),
    });
  });

  it('lies between its bounds, which narrow with lower confidence', () => {
    fc.assert(
      fc.property(side, side, (failed, passed) => {
        const strata = [
          { judgePass: false, ...failed },
          { judgePass: true, ...passed },
        ];
        const found = differenceThreshold({ strata }, 0.92, 0.95);
        const loose = differenceThreshold({ strata }, 0.92, 0.75);
        if (!found.ok || !loose.ok) throw new Error('both strata are rated');
        expect(found.lower).toBeLessThanOrEqual(found.threshold);
        expect(found.upper).toBeGreaterThanOrEqual(found.threshold);
        expect(found.lower).toBeLessThanOrEqual(loose.lower + 1e-12);
      }),
    );
  });

  it('is not computable with an unrated stratum', () => {
    const strata = [{ judgePass: true, judged: 9, rated: 0, passed: 0 }];
    expect(differenceThreshold({ strata }, 0.92, 0.95)).toMatchObject({ ok: false });
  });
});

describe('the threshold by label shift', () => {
  it.each([
    [BALANCED, 0.75, 0.8827605194378673, 0.8731418047647777, 0.929048892860809, 0.35044422507403766],
    [
      {
        judgeFailed: { judged: 752, rated: 21, passed: 13 },
        judgePassed: { judged: 6248, rated: 179, passed: 176 },
      },
      0.95,
      0.8791466406852325,
      0.8637145995934914,
      0.929954925464031,
      0.29485136572905135,
    ],
  ])('is that of the formula (%#)', (strata, confidence, threshold, lower, sensitivity, falsePassRate) => {
    expect(labelShiftThreshold(strata, 0.92, confidence)).toEqual({
      ok: true,
      threshold: expect.closeTo(threshold, 12),
      lower: expect.closeTo(lower, 10),
      sensitivity: expect.closeTo(sensitivity, 12),
      falsePassRate: expect.closeTo(falsePassRate, 12),
      slope: expect.closeTo(sensitivity - falsePassRate, 12),
    });
  });

  it('has the slope that the detector scales its alternatives by', () => {
    const found = labelShiftThreshold(BALANCED, 0.92, 0.75);
    const [p0, p1, w1] = [62.5 / 101, 98.5 / 101, 6248 / 7000];
    const rate = (1 - w1) * p0 + w1 * p1;
    expect(found.ok && found.slope).toBeCloseTo(((1 - w1) * w1 * (p1 - p0)) / (rate * (1 - rate)), 12);
  });

  it('is never NaN, over its lower bound, and within the judge’s two rates', () => {
    const anySide = fc.oneof(side, fc.constant({ judged: 0, rated: 0, passed: 0 }));
    fc.assert(
      fc.property(
        anySide,
        side,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (judgeFailed, judgePassed, objective) => {
          const found = labelShiftThreshold({ judgeFailed, judgePassed }, objective, 0.95);
          if (!found.ok) throw new Error(found.reason);
          expect(found.lower).toBeLessThanOrEqual(found.threshold);
          const rates = [found.sensitivity, found.falsePassRate];
          expect(found.threshold).toBeGreaterThanOrEqual(Math.min(...rates) - 1e-12);
          expect(found.threshold).toBeLessThanOrEqual(Math.max(...rates) + 1e-12);
        },
      ),
    );
  });

  it('is not computable for nobody', () => {
    const none = { judged: 0, rated: 0, passed: 0 };
    expect(labelShiftThreshold({ judgeFailed: none, judgePassed: none }, 0.92, 0.95)).toMatchObject({
      ok: false,
    });
  });
});

describe('page and warn thresholds', () => {
  it('are the lower of two bounds at .95, and one at .75', () => {
    const found = judgeThresholds({ strata: BALANCED_STRATA }, 0.92);
    const difference = differenceThreshold({ strata: BALANCED_STRATA }, 0.92, 0.95);
    const shift = labelShiftThreshold(BALANCED, 0.92, 0.95);
    if (!found.ok || !difference.ok || !shift.ok) throw new Error('computable');
    expect(found.page).toBe(Math.min(difference.lower, shift.lower));
    expect(found.warn).toBeCloseTo(0.8731418047647777, 10);
    expect(found.page).toBeLessThan(found.warn);
  });

  it('pool the strata of one verdict by responses', () => {
    const [failed, passed] = BALANCED_STRATA;
    if (failed === undefined || passed === undefined) throw new Error('two strata');
    const half = { judgePass: true, judged: 3124, rated: 50, passed: 49 };
    const split = judgeThresholds({ strata: [failed, half, half] }, 0.92);
    const whole = judgeThresholds({ strata: [failed, passed] }, 0.92);
    expect(split.ok && whole.ok && split.warn - whole.warn).toBeCloseTo(0, 10);
  });

  it('carry a burn bound over', () => {
    expect(objectiveAtBurn(0.92, 2)).toBeCloseTo(0.84, 12);
    const at2 = judgeThresholds({ strata: BALANCED_STRATA }, objectiveAtBurn(0.92, 2));
    const at1 = judgeThresholds({ strata: BALANCED_STRATA }, 0.92);
    expect(at1.ok && at2.ok && at1.page > at2.page && at1.warn > at2.warn).toBe(true);
  });

  it.each([
    [
      'an unrated stratum',
      [
        { judgePass: false, judged: 10, rated: 0, passed: 0 },
        { judgePass: true, judged: 90, rated: 9, passed: 9 },
      ],
    ],
    [
      'sensitivity + specificity of 1',
      [
        { judgePass: false, judged: 100, rated: 50, passed: 25 },
        { judgePass: true, judged: 100, rated: 50, passed: 25 },
      ],
    ],
    ['nobody', []],
  ])('are not computable for %s', (_name, strata) => {
    expect(judgeThresholds({ strata }, 0.92)).toMatchObject({ ok: false, reason: expect.any(String) });
  });
});
