import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScoreCounts, scoreShift } from '#core/calibration/score-shift.ts';
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

const indexOf = (before: ScoreCounts, now: ScoreCounts) => scoreShift(before, now)?.index;

describe('a shift of scores', () => {
  it('is nothing between equal shares, whatever the volume', () => {
    expect(indexOf(counts(20, 30, 50, 400, 500), counts(200, 300, 500, 4_000, 5_000))).toBeCloseTo(0, 12);
  });

  it('is (q - p) ln(q / p) summed over the scores', () => {
    expect(indexOf(counts(0, 500, 500), counts(0, 250, 750))).toBeCloseTo(
      0.25 * Math.log(2) + 0.25 * Math.log(1.5),
      9,
    );
  });

  it('takes half a response for a score that one side lacks', () => {
    const lacking = new Map([[5, 500]]);
    expect(
      indexOf(
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
        const one = indexOf(counts(...a), counts(...b));
        if (one === undefined) return;
        expect(one).toBeGreaterThanOrEqual(-1e-9);
        expect(indexOf(counts(...b), counts(...a))).toBeCloseTo(one, 9);
      }),
    );
  });

  it.each([
    [200, 200],
    [300, 5_000],
    [4_000, 700],
  ])('is over its threshold by chance in about 1 of 1,000 looks, of %i and %i', (was, is) => {
    const shares = [0.02, 0.05, 0.08, 0.45, 0.4];
    let over = 0;
    for (let index = 0; index < 1_000; index += 1) {
      const shift = scoreShift(drawn(shares, was, `a${was}/${index}`), drawn(shares, is, `b${is}/${index}`));
      if (shift !== undefined && shift.index > shift.threshold) over += 1;
    }
    expect(over).toBeLessThanOrEqual(6);
  });

  it('finds a shift that .25 would never have, and names the score that moved', () => {
    const shift = scoreShift(counts(200, 300, 500, 4_500, 4_500), counts(20, 30, 150, 450, 350));
    expect(shift?.index).toBeLessThan(0.25);
    expect(shift?.index).toBeGreaterThan(shift?.threshold ?? 1);
    expect(shift?.moved).toEqual({ score: 3, before: 0.05, now: 0.15 });
  });

  it('asks more where responses come in conversations', () => {
    const [before, now] = [counts(20, 30, 50, 450, 450), counts(20, 30, 100, 450, 400)];
    expect(scoreShift(before, now, 3)?.threshold).toBeCloseTo(
      3 * (scoreShift(before, now)?.threshold ?? 0),
      12,
    );
  });

  it('says nothing of too few', () => {
    expect(scoreShift(counts(0, 0, 0, 0, 199), counts(500))).toBeUndefined();
  });
});
