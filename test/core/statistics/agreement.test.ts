import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa, tabulateAgreement } from '#core/statistics/cohen-kappa.ts';
import { judgeAccuracy } from '#core/statistics/confusion.ts';
import {
  averageRanks,
  meanAbsoluteError,
  pearsonCorrelation,
  spearmanCorrelation,
} from '#core/statistics/correlation.ts';
import { jackknifeInterval, studentQuantile } from '#core/statistics/jackknife.ts';
import { kendallTau } from '#core/statistics/kendall-tau.ts';
import { krippendorffAlpha } from '#core/statistics/krippendorff-alpha.ts';
import { medianRating } from '#core/statistics/median-rating.ts';
import { createRandom } from '#core/statistics/random.ts';

const FIRST = [1, 2, 3, 4, 5, 5, 4, 4, 3, 2, 1, 5, 5, 4, 3, 4, 5, 2, 3, 4];
const SECOND = [1, 2, 3, 4, 5, 4, 4, 5, 3, 3, 2, 5, 4, 4, 2, 4, 5, 2, 4, 4];
const SCALE = [1, 2, 3, 4, 5];

/** Krippendorff 2011: four observers, twelve units, missing ratings left out. */
const CANONICAL_UNITS = [
  [1, 1, 1],
  [2, 2, 3, 2],
  [3, 3, 3, 3],
  [3, 3, 3, 3],
  [2, 2, 2, 2],
  [1, 2, 3, 4],
  [4, 4, 4, 4],
  [1, 1, 2, 1],
  [2, 2, 2, 2],
  [5, 5, 5],
  [1, 1],
  [3],
];

const ratings = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
  minLength: 2,
  maxLength: 60,
});

function kappaOf(first: readonly number[], second: readonly number[], weighting: 'plain' | 'quadratic') {
  const tabulated = tabulateAgreement(first, second, SCALE);
  if (!tabulated.ok) throw new Error(tabulated.reason);
  return cohenKappa(tabulated.table, weighting, 0.95);
}

describe("Cohen's kappa, against scikit-learn and statsmodels", () => {
  it('plain and quadratic, with the standard error of Fleiss, Cohen and Everitt', () => {
    expect(kappaOf(FIRST, SECOND, 'plain')).toMatchObject({
      estimate: expect.closeTo(0.542483660130719, 10),
      standardError: expect.closeTo(0.13715099777044093, 10),
      lower: expect.closeTo(0.2736726440569215, 9),
      upper: expect.closeTo(0.8112946762045166, 9),
    });
    expect(kappaOf(FIRST, SECOND, 'quadratic')).toMatchObject({
      estimate: expect.closeTo(0.8833333333333333, 10),
      standardError: expect.closeTo(0.04360246729625682, 10),
    });
  });

  it('for pass and fail, where both forms are one', () => {
    const table = [
      [19, 3],
      [28, 250],
    ];
    for (const weighting of ['plain', 'quadratic'] as const) {
      expect(cohenKappa(table, weighting, 0.95)).toMatchObject({
        estimate: expect.closeTo(0.5008587376556461, 12),
        standardError: expect.closeTo(0.07502319597358174, 12),
      });
    }
  });

  it('counts unused categories in the quadratic form only by their place', () => {
    const tabulated = tabulateAgreement([1, 2, 2], [1, 1, 2], [1, 2, 3]);
    expect(tabulated).toEqual({
      ok: true,
      table: [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 0],
      ],
    });
  });

  it('is symmetric, at most 1, and 1 only for raters who always agree', () => {
    fc.assert(
      fc.property(ratings, fc.constantFrom('plain' as const, 'quadratic' as const), (pairs, weighting) => {
        const first = pairs.map(([rating]) => rating);
        const second = pairs.map(([, rating]) => rating);
        const one = kappaOf(first, second, weighting);
        const other = kappaOf(second, first, weighting);
        expect(one.ok).toBe(other.ok);
        if (!one.ok || !other.ok) return;
        expect(one.estimate).toBeCloseTo(other.estimate, 10);
        expect(one.standardError).toBeCloseTo(other.standardError, 8);
        expect(one.estimate).toBeLessThanOrEqual(1);
        expect(one.estimate === 1).toBe(pairs.every(([a, b]) => a === b));
      }),
    );
  });

  it('of raters who disagree completely is below 0', () => {
    expect(kappaOf([1, 1, 5, 5], [5, 5, 1, 1], 'plain')).toMatchObject({ ok: true, estimate: -1 });
  });

  it('is 0, not "not computable", where one rater is constant and the other is not', () => {
    expect(kappaOf([4, 4, 4], [4, 5, 3], 'plain')).toMatchObject({ ok: true, estimate: 0 });
  });

  it.each([
    ['all pass by both', [5, 5, 5], [5, 5, 5]],
    ['one rating', [3], [3]],
    ['no rating', [], []],
  ])('is not computable for %s', (_name, first, second) => {
    expect(kappaOf(first, second, 'plain').ok).toBe(false);
    expect(kappaOf(first, second, 'quadratic').ok).toBe(false);
  });

  it('is not computable for a rating outside the scale, and says which', () => {
    expect(tabulateAgreement([1, 3.5], [1, 3], SCALE)).toMatchObject({
      reason: expect.stringContaining('3.5'),
    });
    expect(tabulateAgreement([1, 3], [1, 9], SCALE)).toMatchObject({ reason: expect.stringContaining('9') });
  });
});

describe("Krippendorff's alpha", () => {
  it.each([
    ['nominal', 0.743421052631579],
    ['ordinal', 0.8153875037548814],
    ['interval', 0.8491071428571428],
  ] as const)('of the canonical example, %s, is that of his paper', (level, expected) => {
    const alpha = krippendorffAlpha(CANONICAL_UNITS, level, 0.95);
    expect(alpha).toMatchObject({ ok: true, estimate: expect.closeTo(expected, 12), units: 11, ratings: 40 });
    if (!alpha.ok || !alpha.interval.ok) throw new Error('computable');
    expect(alpha.interval.lower).toBeLessThan(expected);
    expect(alpha.interval.upper).toBeGreaterThan(expected);
  });

  it('has the jackknife error of leaving each unit out in turn', () => {
    const alpha = krippendorffAlpha(CANONICAL_UNITS, 'ordinal', 0.95);
    const pairable = CANONICAL_UNITS.filter((unit) => unit.length > 1);
    const leftOut = pairable.map((_, i) => {
      const rest = krippendorffAlpha(pairable.toSpliced(i, 1), 'ordinal', 0.95);
      return { value: rest.ok ? rest.estimate : Number.NaN, count: 1 };
    });
    const byHand = jackknifeInterval(alpha.ok ? alpha.estimate : 0, leftOut, 0.95, { lower: -1, upper: 1 });
    if (!alpha.ok || !alpha.interval.ok || !byHand.ok) throw new Error('computable');
    expect(alpha.interval.standardError).toBeCloseTo(byHand.standardError, 12);
  });

  it('does not depend on the order of units or raters, and is 1 for raters who agree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), { maxLength: 20 }),
        fc.constantFrom('nominal' as const, 'ordinal' as const, 'interval' as const),
        (units, level) => {
          const one = krippendorffAlpha(units, level, 0.95);
          const turned = krippendorffAlpha(
            units.toReversed().map((unit) => unit.toReversed()),
            level,
            0.95,
          );
          expect(turned.ok).toBe(one.ok);
          if (one.ok && turned.ok) expect(turned.estimate).toBeCloseTo(one.estimate, 10);
          if (one.ok) expect(one.estimate).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(
      krippendorffAlpha(
        [
          [1, 1],
          [2, 2],
          [5, 5],
        ],
        'ordinal',
        0.95,
      ),
    ).toMatchObject({ ok: true, estimate: 1 });
  });

  it.each([
    ['one rater', [[1], [2], [3]]],
    ['one rating', [[1]]],
    ['no unit', []],
    [
      'ratings all alike',
      [
        [4, 4],
        [4, 4, 4],
      ],
    ],
  ])('is not computable for %s', (_name, units) => {
    expect(krippendorffAlpha(units, 'ordinal', 0.95)).toMatchObject({
      ok: false,
      reason: expect.any(String),
    });
  });

  it('of raters who disagree completely is below 0', () => {
    const alpha = krippendorffAlpha(
      [
        [1, 5],
        [5, 1],
        [1, 5],
        [5, 1],
      ],
      'interval',
      0.95,
    );
    expect(alpha).toMatchObject({ ok: true, estimate: -0.75, interval: { ok: false } });
  });
});

describe('rank correlations, against scipy.stats', () => {
  it('with heavy ties', () => {
    expect(spearmanCorrelation(FIRST, SECOND, 0.95)).toMatchObject({
      estimate: expect.closeTo(0.8772180470620115, 12),
    });
    expect(kendallTau(FIRST, SECOND, 0.95)).toMatchObject({
      estimate: expect.closeTo(0.8082306468962932, 12),
    });
    expect(meanAbsoluteError(FIRST, SECOND)).toMatchObject({ estimate: expect.closeTo(0.35, 12) });
  });

  it('of five pairs', () => {
    const [x, y] = [
      [4, 4, 4, 4, 5],
      [3, 4, 5, 4, 5],
    ];
    expect(spearmanCorrelation(x, y, 0.95)).toMatchObject({
      estimate: expect.closeTo(0.5590169943749475, 12),
    });
    expect(kendallTau(x, y, 0.95)).toMatchObject({ estimate: expect.closeTo(0.5303300858899106, 12) });
  });

  it("has Fisher's z interval with the error of Bonett and Wright", () => {
    const found = spearmanCorrelation(FIRST, SECOND, 0.95);
    const r = 0.8772180470620115;
    const reach = 1.959963984540054 * Math.sqrt((1 + (r * r) / 2) / 17);
    expect(found).toMatchObject({
      interval: { ok: true, lower: expect.closeTo(Math.tanh(Math.atanh(r) - reach), 9) },
    });
  });

  it('counts what the definition of tau-b counts, and leaves one out as it says', () => {
    fc.assert(
      fc.property(ratings, (pairs) => {
        const x = pairs.map(([value]) => value);
        const y = pairs.map(([, value]) => value);
        const found = kendallTau(x, y, 0.95);
        const byHand = tauByDefinition(x, y);
        expect(found.ok).toBe(byHand !== undefined);
        if (!found.ok || byHand === undefined) return;
        expect(found.estimate).toBeCloseTo(byHand, 10);
        if (!found.interval.ok) return;
        const leftOut = x.map((_, i) => ({
          value: tauByDefinition(x.toSpliced(i, 1), y.toSpliced(i, 1)) ?? 9,
          count: 1,
        }));
        const expected = jackknifeInterval(byHand, leftOut, 0.95, { lower: -1, upper: 1 });
        expect(expected.ok && expected.lower).toBeCloseTo(found.interval.lower, 9);
      }),
    );
  });

  it('turn over with one side and stay with any rising scale', () => {
    fc.assert(
      fc.property(ratings, (pairs) => {
        const x = pairs.map(([value]) => value);
        const y = pairs.map(([, value]) => value);
        for (const correlate of [spearmanCorrelation, kendallTau]) {
          const one = correlate(x, y, 0.95);
          const over = correlate(
            x,
            y.map((value) => -value),
            0.95,
          );
          const stretched = correlate(
            x.map((value) => value ** 3),
            y,
            0.95,
          );
          if (!one.ok || !over.ok || !stretched.ok) return;
          expect(over.estimate).toBeCloseTo(-one.estimate, 10);
          expect(stretched.estimate).toBeCloseTo(one.estimate, 10);
        }
      }),
    );
  });

  it.each([
    ['a constant side', [4, 4, 4], [1, 2, 3]],
    ['a constant side of inexact doubles', [0.1, 0.1, 0.1], [1, 2, 3]],
    ['one pair', [1], [2]],
    ['no pair', [], []],
  ])('are not computable for %s', (_name, x, y) => {
    for (const correlate of [pearsonCorrelation, spearmanCorrelation, kendallTau]) {
      expect(correlate(x, y, 0.95).ok).toBe(false);
    }
  });

  it('of a perfect order have an estimate and no interval', () => {
    for (const correlate of [pearsonCorrelation, spearmanCorrelation, kendallTau]) {
      expect(correlate([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 0.95)).toMatchObject({
        estimate: 1,
        interval: { ok: false },
      });
    }
  });

  it('take 100,000 pairs in their stride', () => {
    const random = createRandom('many pairs');
    const x = Array.from({ length: 100_000 }, () => random.normal());
    const y = x.map((value) => value + random.normal());
    // The tau of a bivariate normal of correlation r is 2 asin(r) / pi; here r is sqrt(1/2).
    expect(kendallTau(x, y, 0.95)).toMatchObject({ estimate: expect.closeTo(0.5, 2) });
  });

  it('gives the ranks of ties their mean, and refuses the unpaired', () => {
    expect(averageRanks([10, 30, 30])).toEqual([1, 2.5, 2.5]);
    expect(() => spearmanCorrelation([1, 2], [1], 0.95)).toThrow(/2 and 1 entries/);
    expect(() => meanAbsoluteError([Number.NaN], [1])).toThrow(/entry 0 is NaN/);
    expect(meanAbsoluteError([], []).ok).toBe(false);
  });
});

function tauByDefinition(x: readonly number[], y: readonly number[]): number | undefined {
  let balance = 0;
  let untiedX = 0;
  let untiedY = 0;
  x.forEach((xi, i) => {
    for (let j = 0; j < i; j += 1) {
      const dx = Math.sign(xi - (x[j] ?? 0));
      const dy = Math.sign((y[i] ?? 0) - (y[j] ?? 0));
      balance += dx * dy;
      untiedX += Math.abs(dx);
      untiedY += Math.abs(dy);
    }
  });
  return untiedX * untiedY === 0 ? undefined : balance / Math.sqrt(untiedX * untiedY);
}

describe('the jackknife', () => {
  it("uses Student's t", () => {
    expect(studentQuantile(10, 0.95)).toBeCloseTo(2.2281388519649385, 8);
    expect(studentQuantile(1, 0.5)).toBeCloseTo(1, 10);
  });

  it('of a mean has the error of the mean', () => {
    const leftOut = [3.5, 3.25, 3, 2.75, 2.5].map((value) => ({ value, count: 1 }));
    expect(jackknifeInterval(3, leftOut, 0.95, { lower: 0, upper: 9 })).toMatchObject({
      standardError: expect.closeTo(Math.sqrt(0.5), 12),
    });
  });

  it('refuses two units', () => {
    expect(jackknifeInterval(3, [{ value: 1, count: 2 }], 0.95, { lower: 0, upper: 9 }).ok).toBe(false);
  });
});

describe('sensitivity and specificity', () => {
  it('are weighted by the draw', () => {
    const verdicts = [
      { judgePass: true, humanPass: true, weight: 9 },
      { judgePass: false, humanPass: true, weight: 1 },
      { judgePass: false, humanPass: false },
      { judgePass: true, humanPass: false },
    ];
    const accuracy = judgeAccuracy(verdicts, 0.95);
    expect(accuracy.counts).toEqual({ truePass: 9, falseFail: 1, falsePass: 1, trueFail: 1 });
    expect(accuracy.sensitivity).toMatchObject({
      estimate: 0.9,
      effectiveCount: expect.closeTo(100 / 82, 12),
    });
    expect(accuracy.specificity).toMatchObject({ estimate: 0.5, effectiveCount: 2 });
  });

  it('are not computable where people passed or failed nothing', () => {
    const allPass = judgeAccuracy([{ judgePass: true, humanPass: true }], 0.95);
    expect(allPass.sensitivity).toMatchObject({ ok: true, estimate: 1, upper: 1 });
    expect(allPass.specificity).toEqual({ ok: false, reason: 'people failed nothing' });
    expect(judgeAccuracy([], 0.95).sensitivity.ok).toBe(false);
  });
});

describe("a response's human verdict", () => {
  it.each([
    ['one rater', [4], { median: 4, tied: false, spread: 0 }],
    ['two raters who agree', [4, 4], { median: 4, tied: false, spread: 0 }],
    ['two who do not', [3, 4], { median: 3.5, tied: true, spread: 1 }],
    ['three raters', [5, 1, 4], { median: 4, tied: false, spread: 4 }],
    ['raters who disagree completely', [1, 5, 5, 1], { median: 3, tied: true, spread: 4 }],
  ])('of %s is the median', (_name, given, expected) => {
    expect(medianRating(given)).toEqual({ ok: true, ratings: given.length, ...expected });
  });

  it('is missing without ratings', () => {
    expect(medianRating([])).toEqual({ ok: false, reason: 'nobody rated this response' });
  });
});
