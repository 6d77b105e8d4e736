import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa, tabulateAgreement } from '#core/statistics/cohen-kappa.ts';

const FIRST = [1, 2, 3, 4, 5, 5, 4, 4, 3, 2, 1, 5, 5, 4, 3, 4, 5, 2, 3, 4];

const SECOND = [1, 2, 3, 4, 5, 4, 4, 5, 3, 3, 2, 5, 4, 4, 2, 4, 5, 2, 4, 4];

const SCALE = [1, 2, 3, 4, 5];

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
