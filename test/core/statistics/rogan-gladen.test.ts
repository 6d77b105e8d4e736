import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { langReiczigel, roganGladen, roganGladenFieller } from '#core/statistics/rogan-gladen.ts';

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
