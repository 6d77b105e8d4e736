import { describe, expect, it } from 'vitest';
import type { RatedResponse } from '#core/agreement/rated-response.ts';
import { estimateRaterError } from '#core/agreement/rater-error.ts';
import { findOutliers } from '#core/agreement/rater-outliers.ts';
import { createRandom } from '#core/statistics/random.ts';

const passMark = 4;

/** Responses with raters of known errors; the judge is right of good ones in .93 and of bad ones in .75. */
function rate(
  seed: string,
  count: number,
  { passesGood = 0.9, passesBad = 0.2, raters = 2, good = 0.7 } = {},
): RatedResponse[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const isGood = random.chance(good);
    const judgePass = random.chance(isGood ? 0.93 : 0.25);
    return {
      responseId: `r${index}`,
      surface: 'chat',
      at: 0,
      ratings: Array.from({ length: raters }, (__, rater) => ({
        raterId: `rater-${(index + rater) % 5}`,
        score: random.chance(isGood ? passesGood : passesBad) ? 5 : 2,
      })),
      judge: { state: 'judged', score: judgePass ? 5 : 2, probability: 1, returnedModel: undefined },
    };
  });
}

describe("raters' own error", () => {
  it('is found from what two of them say, and what the rate would be without it', () => {
    const found = estimateRaterError(rate('many', 40_000), passMark, 0.7 * 0.9 + 0.3 * 0.2);
    if (!found.ok) throw new Error(found.reason);
    expect(found.passesGood.estimate).toBeCloseTo(0.9, 1);
    expect(found.passesBad.estimate).toBeCloseTo(0.2, 1);
    expect(found.rate.estimate).toBeCloseTo(0.7, 1);
    expect(found.ratedTwice).toBe(40_000);
    // Without a rate of its own it is about the ratings as they are.
    const asTheyCame = estimateRaterError(rate('many', 40_000), passMark, undefined);
    expect(asTheyCame.ok && asTheyCame.given).toBeCloseTo(0.69, 2);
    expect(asTheyCame.ok && asTheyCame.rate.estimate).toBeCloseTo(0.7, 1);
  });

  it('has an interval that holds the truth, and is the same whatever the order', () => {
    let held = 0;
    let told = 0;
    for (let index = 0; index < 30; index += 1) {
      const responses = rate(`some ${index}`, 300);
      const found = estimateRaterError(responses, passMark, undefined);
      if (!found.ok) continue;
      told += 1;
      expect(estimateRaterError([...responses].reverse(), passMark, undefined)).toEqual(found);
      if (found.passesGood.lower <= 0.9 && 0.9 <= found.passesGood.upper) held += 1;
    }
    expect(told).toBeGreaterThan(25);
    expect(held / told).toBeGreaterThanOrEqual(0.85);
  });

  it('takes three raters as well', () => {
    const found = estimateRaterError(rate('three', 10_000, { raters: 3 }), passMark, undefined);
    expect(found.ok && found.passesBad.estimate).toBeCloseTo(0.2, 1);
  });

  it.each([
    ['under 50 are rated twice', rate('few', 49), /50 responses with two raters are wanted, 49 are there/],
    ['nobody rated one twice', rate('single', 400, { raters: 1 }), /0 are there/],
    [
      'the judge tells nothing apart',
      rate('flat', 100).map((response) => ({ ...response, judge: undefined })),
      /0 are there/,
    ],
    [
      'the judge has one verdict only',
      rate('one', 100).map((response) => ({
        ...response,
        judge: { state: 'judged' as const, score: 5, probability: 1, returnedModel: undefined },
      })),
      /no independent errors explain/,
    ],
  ])('is not told where %s', (_, responses, reason) => {
    expect(estimateRaterError(responses, passMark, 0.7)).toEqual({
      ok: false,
      reason: expect.stringMatching(reason),
    });
  });
});

describe('raters who stand out', () => {
  /** Five raters, two of them on each response; the last answers in a way of their own. */
  const together = (odd: (truth: number, random: ReturnType<typeof createRandom>) => number, raters = 5) => {
    const random = createRandom('raters');
    return Array.from({ length: 200 }, (_, index): RatedResponse => {
      const truth = 1 + random.integer(5);
      return {
        responseId: `r${index}`,
        surface: 'chat',
        at: 0,
        judge: undefined,
        ratings: [index % raters, (index + 1 + (index % (raters - 1))) % raters].map((rater) => ({
          raterId: `rater-${rater}`,
          score:
            rater === raters - 1
              ? odd(truth, random)
              : Math.max(1, Math.min(5, truth + random.integer(3) - 1)),
        })),
      };
    });
  };

  it('are none where all are alike', () => {
    expect(findOutliers(together((truth) => truth))).toEqual([]);
    expect(findOutliers([])).toEqual([]);
  });

  it('are named where one clicks through', () => {
    expect(findOutliers(together((_, random) => 1 + random.integer(5)))).toEqual([
      expect.objectContaining({ raterId: 'rater-4', kind: 'distance' }),
    ]);
    expect(findOutliers(together(() => 5)).map(({ raterId }) => raterId)).toEqual(['rater-4']);
  });

  it('are named where one reads the scale upside down', () => {
    expect(findOutliers(together((truth) => 6 - truth)).map(({ raterId }) => raterId)).toEqual(['rater-4']);
  });

  it('are named where one is harsher than all, with by how much', () => {
    const [found, ...others] = findOutliers(together((truth) => Math.max(1, truth - 2)));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ raterId: 'rater-4', kind: 'level' });
    expect(found?.points).toBeLessThan(-1);
  });

  it('are not named of two, of whom nobody can say which', () => {
    expect(findOutliers(together(() => 1, 2))).toEqual([]);
  });

  it('are not named by a handful of answers', () => {
    expect(findOutliers(together(() => 1).slice(0, 12))).toEqual([]);
  });
});
