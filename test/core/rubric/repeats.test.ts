import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import { combineVerdicts, medianScore, repeatsOf } from '#core/rubric/repeats.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { overallScore, type Verdict } from '#core/rubric/verdict.ts';
import { testRubric } from '#test/support/catalogue.ts';

const scores = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });

describe('the median of scores', () => {
  it.each([
    [[4], 4],
    [[5, 2], 2],
    [[2, 5], 2],
    [[5, 2, 4], 4],
    [[1, 5, 1], 1],
  ])('of %j is %d', (given, median) => expect(medianScore(given)).toBe(median));

  it('is one of them, the lowest that half of them do not exceed, in whatever order they come', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const median = medianScore(given);
        const atMost = (bound: number) => given.filter((score) => score <= bound).length;
        expect(given).toContain(median);
        expect(2 * atMost(median)).toBeGreaterThanOrEqual(given.length);
        expect(2 * atMost(median - 1)).toBeLessThan(given.length);
        expect(medianScore(given.toReversed())).toBe(median);
        expect(medianScore(given.toSorted())).toBe(median);
      }),
    );
  });
});

const scale = { 1: 'worst', 2: 'bad', 3: 'middling', 4: 'good', 5: 'best' };
const rubricWith = (overall: 'mean' | 'minimum', repeats?: number) =>
  testRubric({
    criteria: [
      { id: 'helps', question: 'Helps?', scale, weight: 2 },
      { id: 'safe', question: 'Safe?', scale: { pass: 'yes', fail: 'no' } },
    ],
    overall,
    repeats,
  });

describe('verdicts of several askings', () => {
  const asking = fc.record({ helps: fc.integer({ min: 1, max: 5 }), safe: fc.constantFrom(1, 5) });

  it('make one: each criterion by itself, with the reason of an asking that gave its score', () => {
    fc.assert(
      fc.property(
        fc.array(asking, { minLength: 1, maxLength: 3 }),
        fc.constantFrom<'mean' | 'minimum'>('mean', 'minimum'),
        (askings, overall) => {
          const rubric = rubricWith(overall);
          const verdicts = askings.map(({ helps, safe }, index): Verdict => {
            const criteria = {
              helps: { score: helps, reason: `helps ${index}` },
              safe: { score: safe, reason: `safe ${index}` },
            };
            const score = overallScore(rubric, criteria);
            return { criteria, score, pass: score >= rubric.passMark };
          });
          const { criteria, score, pass, spread } = combineVerdicts(rubric, verdicts);
          for (const id of ['helps', 'safe'] as const) {
            const median = medianScore(askings.map((each) => each[id]));
            expect(criteria[id]?.score).toBe(median);
            const first = askings.findIndex((each) => each[id] === median);
            expect(criteria[id]?.reason).toBe(`${id} ${first}`);
            expect(spread.criteria[id]).toEqual(askings.map((each) => each[id]));
          }
          expect(score).toBe(overallScore(rubric, criteria));
          expect(pass).toBe(score >= rubric.passMark);
          expect(spread.overall).toEqual(verdicts.map((each) => each.score));
        },
      ),
    );
  });
});

describe('how often a rubric asks', () => {
  it('is once where it does not say, and stands in no hash then', () => {
    const [absent, once] = [testRubric(), testRubric({ repeats: 1 })];
    expect(repeatsOf(absent)).toBe(1);
    expect(judgeFingerprint(once)).toBe(judgeFingerprint(absent));
    expect(rubricContentHash(once)).toBe(rubricContentHash(absent));
  });

  it('stands in both hashes where it is more', () => {
    const all = [undefined, 2, 3].map((repeats) => testRubric({ repeats }));
    expect(new Set(all.map(judgeFingerprint)).size).toBe(3);
    expect(new Set(all.map(rubricContentHash)).size).toBe(3);
    expect(all.map(repeatsOf)).toEqual([1, 2, 3]);
  });

  it.each([0, 4, 1.5, '2', null])('is refused as %j', (repeats) => {
    expect(rubricSchema.safeParse({ ...testRubric(), repeats }).success).toBe(false);
  });
});
