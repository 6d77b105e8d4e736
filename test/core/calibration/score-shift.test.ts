import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastScores, scoreShift, scoreShiftThreshold } from '#core/calibration/score-shift.ts';
import { createRandom } from '#core/statistics/random.ts';

const counts = (...values: number[]) => new Map(values.map((count, index) => [index + 1, count]));

function drawn(shares: readonly number[], size: number, seed: string) {
  const random = createRandom(seed);
  const found = shares.map(() => 0);
  for (let index = 0; index < size; index += 1) {
    let left = random.uniform();
    const place = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    found[place] = (found[place] ?? 0) + 1;
  }
  return counts(...found);
}

describe('a shift of scores', () => {
  it('is nothing between equal shares, whatever the volume', () => {
    expect(scoreShift(counts(20, 30, 50, 400, 500), counts(200, 300, 500, 4_000, 5_000))).toBeCloseTo(0, 12);
  });

  it('is (q - p) ln(q / p) summed over the scores', () => {
    expect(scoreShift(counts(0, 500, 500), counts(0, 250, 750))).toBeCloseTo(
      0.25 * Math.log(2) + 0.25 * Math.log(1.5),
      9,
    );
  });

  it('takes half a response for a score that one side lacks', () => {
    const lacking = new Map([[5, 500]]);
    expect(
      scoreShift(
        new Map([
          [4, 250],
          [5, 250],
        ]),
        lacking,
      ),
    ).toBeCloseTo((0.001 - 0.5) * Math.log(0.001 / 0.5) + 0.5 * Math.log(2), 9);
  });

  it('is never negative and alike in both directions', () => {
    const any = fc.array(fc.nat(2_000), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const one = scoreShift(counts(...a), counts(...b));
        if (one === undefined) return;
        expect(one).toBeGreaterThanOrEqual(-1e-9);
        expect(scoreShift(counts(...b), counts(...a))).toBeCloseTo(one, 9);
      }),
    );
  });

  it('does not ask while chance alone moves the scores', () => {
    const shares = [0.02, 0.05, 0.08, 0.45, 0.4];
    for (let index = 0; index < 50; index += 1)
      expect(
        scoreShift(drawn(shares, leastScores, `a${index}`), drawn(shares, leastScores, `b${index}`)),
      ).toBeLessThan(scoreShiftThreshold);
  });

  it('says nothing of too few', () => {
    expect(scoreShift(counts(0, 0, 0, 0, 199), counts(500))).toBeUndefined();
  });
});
