import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageRanks,
  meanAbsoluteError,
  pearsonCorrelation,
  spearmanCorrelation,
} from '#core/statistics/correlation.ts';
import { jackknifeInterval } from '#core/statistics/jackknife.ts';
import { kendallTau } from '#core/statistics/kendall-tau.ts';
import { createRandom } from '#core/statistics/random.ts';

const FIRST = [1, 2, 3, 4, 5, 5, 4, 4, 3, 2, 1, 5, 5, 4, 3, 4, 5, 2, 3, 4];

const SECOND = [1, 2, 3, 4, 5, 4, 4, 5, 3, 3, 2, 5, 4, 4, 2, 4, 5, 2, 4, 4];

const ratings = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
  minLength: 2,
  maxLength: 60,
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
