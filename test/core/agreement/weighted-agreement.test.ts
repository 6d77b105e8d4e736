import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureAgreement } from '#core/agreement/agreement.ts';
import type { RatedResponse } from '#core/agreement/rated-response.ts';
import { cohenKappa, tabulateAgreement } from '#core/statistics/cohen-kappa.ts';
import {
  averageRanks,
  meanAbsoluteError,
  spearmanCorrelation,
  weightedRanks,
  weightedSpearman,
} from '#core/statistics/correlation.ts';
import type { Computed } from '#core/statistics/outcome.ts';
import { createRandom } from '#core/statistics/random.ts';

const scores = [1, 2, 3, 4, 5];
const pairs = fc.array(
  fc.record({
    judge: fc.constantFrom(...scores),
    people: fc.constantFrom(...scores),
    weight: fc.integer({ min: 1, max: 6 }),
  }),
  { minLength: 4, maxLength: 40 },
);
const estimateOf = (statistic: Computed<{ estimate: number }>) =>
  statistic.ok ? statistic.estimate : Number.NaN;

describe('weighted agreement', () => {
  it('is that of each pair repeated by its weight', () => {
    fc.assert(
      fc.property(pairs, (some) => {
        const weights = some.map(({ weight }) => weight);
        const repeated = some.flatMap((each) => Array.from({ length: each.weight }, () => each));
        const of = (list: typeof some, side: 'judge' | 'people') => list.map((each) => each[side]);
        for (const weighting of ['plain', 'quadratic'] as const) {
          const weighted = tabulateAgreement(of(some, 'judge'), of(some, 'people'), scores, weights);
          const plain = tabulateAgreement(of(repeated, 'judge'), of(repeated, 'people'), scores);
          if (!weighted.ok || !plain.ok) throw new Error('no table');
          const one = cohenKappa(weighted.table, weighting, 0.95, weighted.squares);
          const other = cohenKappa(plain.table, weighting, 0.95);
          expect(one.ok).toBe(other.ok);
          if (one.ok && other.ok) {
            expect(one.estimate).toBeCloseTo(other.estimate, 10);
            // Fewer pairs than that know less.
            expect(one.standardError).toBeGreaterThanOrEqual(other.standardError - 1e-12);
          }
        }
        const error = meanAbsoluteError(of(some, 'judge'), of(some, 'people'), weights);
        expect(estimateOf(error)).toBeCloseTo(
          estimateOf(meanAbsoluteError(of(repeated, 'judge'), of(repeated, 'people'))),
          10,
        );
        const order = weightedSpearman(of(some, 'judge'), of(some, 'people'), weights, 0.95);
        const orderOfAll = spearmanCorrelation(of(repeated, 'judge'), of(repeated, 'people'), 0.95);
        expect(order.ok).toBe(orderOfAll.ok);
        if (order.ok) expect(order.estimate).toBeCloseTo(estimateOf(orderOfAll), 10);
      }),
    );
  });

  it('is the plain one where all weigh the same', () => {
    fc.assert(
      fc.property(pairs, (some) => {
        const judge = some.map((each) => each.judge);
        const people = some.map((each) => each.people);
        const weights = some.map(() => 7);
        const weighted = tabulateAgreement(judge, people, scores, weights);
        const plain = tabulateAgreement(judge, people, scores);
        if (!weighted.ok || !plain.ok) throw new Error('no table');
        const one = cohenKappa(weighted.table, 'quadratic', 0.95, weighted.squares);
        const other = cohenKappa(plain.table, 'quadratic', 0.95);
        if (one.ok && other.ok) expect(one.standardError).toBeCloseTo(other.standardError, 10);
        const order = weightedSpearman(judge, people, weights, 0.95);
        const plainOrder = spearmanCorrelation(judge, people, 0.95);
        if (order.ok && plainOrder.ok && order.interval.ok && plainOrder.interval.ok)
          expect(order.interval.lower).toBeCloseTo(plainOrder.interval.lower, 10);
        const ranks = averageRanks(judge).map((rank) => rank - 0.5);
        for (const [index, rank] of weightedRanks(judge, weights).entries())
          expect(rank / 7).toBeCloseTo(ranks[index] ?? 0, 10);
      }),
    );
  });

  it('of a draw that takes more of one verdict is that of all that was judged', () => {
    const random = createRandom('population');
    const judged = Array.from({ length: 20_000 }, (_, index) => {
      const isGood = random.chance(0.93);
      const people = isGood ? 4 + random.integer(2) : 1 + random.integer(3);
      const isPassed = random.chance(isGood ? 0.93 : 0.3);
      return { id: `r${index}`, people, judge: isPassed ? 4 + random.integer(2) : 1 + random.integer(3) };
    });
    const rated = (list: typeof judged): RatedResponse[] =>
      list.map(({ id, people, judge }) => ({
        responseId: id,
        surface: 'chat',
        at: 0,
        ratings: [{ raterId: 'ann', score: people }],
        judge: { state: 'judged', score: judge, probability: 1, returnedModel: undefined },
      }));
    const truth = measureAgreement({ passMark: 4, responses: rated(judged), weights: new Map() });
    const failed = judged.filter(({ judge }) => judge < 4);
    const passed = judged.filter(({ judge }) => judge >= 4);
    const drawn = [...random.shuffle(failed).slice(0, 500), ...random.shuffle(passed).slice(0, 1_000)];
    const weights = new Map(
      drawn.map(({ id, judge }) => [id, judge < 4 ? failed.length / 500 : passed.length / 1_000]),
    );
    const weighted = measureAgreement({ passMark: 4, responses: rated(drawn), weights });
    const plain = measureAgreement({ passMark: 4, responses: rated(drawn), weights: new Map() });
    for (const name of ['kappa', 'weightedKappa', 'spearman', 'meanAbsoluteError'] as const) {
      const off = Math.abs(estimateOf(weighted[name]) - estimateOf(truth[name]));
      const plainOff = Math.abs(estimateOf(plain[name]) - estimateOf(truth[name]));
      expect(off).toBeLessThan(0.05);
      if (name !== 'spearman' && name !== 'kappa') expect(off).toBeLessThan(plainOff);
    }
    expect(weighted.accuracyOf).toBe('drawn');
    const { weightedKappa } = weighted;
    if (!weightedKappa.ok) throw new Error(weightedKappa.reason);
    expect(weightedKappa.upper - weightedKappa.lower).toBeLessThan(0.3);
  });
});
