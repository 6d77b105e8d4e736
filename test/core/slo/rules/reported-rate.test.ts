import { describe, expect, it } from 'vitest';
import { drawBatch } from '#core/rating/draw.ts';
import { describeBasis } from '#core/slo/rules/describe-rate.ts';
import { interpolate, reportRate } from '#core/slo/rules/reported-rate.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { createRandom } from '#core/statistics/random.ts';
import { sharesPosterior, windowRate } from '#core/statistics/window-rate.ts';
import { day, dayKey } from '#core/time.ts';

const from = Date.parse('2026-11-03T00:00:00Z');
const window = { from, to: from + day };
const population = {
  strata: [
    { judgePass: false, judged: 1_050, rated: 67, passed: 40 },
    { judgePass: true, judged: 8_950, rated: 133, passed: 131 },
  ],
};
const valid: SloCalibration = { state: 'valid', reason: '', ratings: 200, population };

/** 200 ratings drawn 1:2 at .945 from 10,000 judged, then a window of 10,000 at another service rate. */
function simulate(seed: string, serviceRate: number, repetitions: number) {
  const judge = { sensitivity: 0.93, specificity: 0.75 };
  const random = createRandom(seed);
  const passRate = (rate: number) => rate * judge.sensitivity + (1 - rate) * (1 - judge.specificity);
  let covered = 0;
  let width = 0;
  for (let turn = 0; turn < repetitions; turn += 1) {
    const judgePassed = random.binomial(10_000, passRate(0.945));
    const goodOfPassed = (0.945 * judge.sensitivity) / passRate(0.945);
    const goodOfFailed = (0.945 * (1 - judge.sensitivity)) / (1 - passRate(0.945));
    const strata = [
      {
        judgePass: false,
        judged: 10_000 - judgePassed,
        rated: 67,
        passed: random.binomial(67, goodOfFailed),
      },
      { judgePass: true, judged: judgePassed, rated: 133, passed: random.binomial(133, goodOfPassed) },
    ];
    const good = random.binomial(10_000, passRate(serviceRate));
    const rate = reportRate({ ...valid, population: { strata } }, { ...window, good, total: 10_000 });
    if (rate === null) throw new Error('no rate');
    if (rate.lower <= serviceRate && serviceRate <= rate.upper) covered += 1;
    width += rate.upper - rate.lower;
  }
  return { coverage: covered / repetitions, width: width / repetitions };
}

describe('a reported rate', () => {
  // Three standard errors under what 2,000 repetitions gave, of 60.
  it.each([
    [0.945, 0.92, 0.058],
    [0.9, 0.9, 0.11],
    [0.8, 0.84, 0.26],
  ])('holds the truth at a service rate of %d, whatever moved', (rate, least, widest) => {
    const { coverage, width } = simulate(`reported ${rate}`, rate, 60);
    expect(coverage).toBeGreaterThanOrEqual(least);
    expect(width).toBeLessThanOrEqual(widest);
  });

  it('says what stands behind its ends where they are apart', () => {
    const steady = reportRate(valid, { ...window, good: 8_950, total: 10_000 });
    expect(describeBasis(steady?.basis)).toBeUndefined();
    const moved = reportRate(valid, { ...window, good: 7_900, total: 10_000 });
    expect(describeBasis(moved?.basis)).toMatch(
      /^7\d\.?\d?% if the judge is as it was, 9\d\.?\d?% if only the questions changed; ratings of this window would tell which$/,
    );
  });

  it('is as exact from the grid as without it', () => {
    const ratings = { judgeFailed: { rated: 20, passed: 3 }, judgePassed: { rated: 1_000, passed: 996 } };
    const exact = sharesPosterior(ratings, 0.95);
    const quick = interpolate(exact);
    for (const passRate of [0, 0.0003, 0.37, 0.9, 0.9977, 1]) {
      const [one, other] = [exact(passRate), quick(passRate)];
      if (!one.ok || !other.ok) throw new Error('not computable');
      for (const end of ['estimate', 'lower', 'upper'] as const) expect(other[end]).toBeCloseTo(one[end], 6);
    }
  });

  describe("with ratings of the window's own", () => {
    const counts = (rated: number, passed: number) => ({
      rated,
      weight: rated,
      squares: rated,
      passedWeight: passed,
    });
    const own = (failedPassed: number, passedPassed: number, each = 40): SloCalibration => ({
      ...valid,
      times: {
        days: { [dayKey(from)]: { failed: counts(each, failedPassed), passed: counts(each, passedPassed) } },
      },
    });
    const counted = { ...window, good: 7_900, total: 10_000 };

    it('takes those first where they say more', () => {
      const rate = reportRate(own(10, 36), counted);
      expect(rate?.basis).toMatchObject({ kind: 'window', ratings: 80 });
      expect(rate?.value).toBeCloseTo(0.21 * 0.25 + 0.79 * 0.9, 12);
      expect(describeBasis(rate?.basis)).toBe('by 80 ratings of this window itself');
    });

    it('takes those first where the other readings leave out what they say: the judge moved', () => {
      const steady = { ...window, good: 8_950, total: 10_000 };
      const hull = windowRate(
        {
          judgeFailed: { judged: 1_050, rated: 67, passed: 40 },
          judgePassed: { judged: 8_950, rated: 133, passed: 131 },
        },
        { passes: 8_950, events: 10_000 },
        0.95,
      );
      const rate = reportRate(own(5, 14, 26), steady);
      expect(hull.ok && (rate?.value ?? 1) < hull.lower).toBe(true);
      expect(rate?.basis?.kind).toBe('window');
    });

    it('leaves them out under 50, of another time, and of a calibration that does not hold', () => {
      expect(reportRate(own(6, 21, 24), counted)?.basis?.kind).toBe('calibration');
      const later = { ...counted, from: from + 3 * day, to: from + 4 * day };
      expect(reportRate(own(10, 36), later)?.basis?.kind).toBe('calibration');
      expect(reportRate({ ...own(10, 36), state: 'invalid' }, counted)).toBeNull();
    });
  });

  it('widens for what has no verdict, and says nothing of nothing', () => {
    const counted = { ...window, good: 8_950, total: 10_000 };
    const plain = reportRate(valid, counted);
    const widened = reportRate(valid, { ...counted, unjudgeableShare: 0.1 });
    expect(widened?.lower).toBeCloseTo(0.9 * (plain?.lower ?? 0), 12);
    expect(widened?.upper).toBeCloseTo(0.9 * (plain?.upper ?? 0) + 0.1, 12);
    expect(reportRate(valid, { ...window, good: 0, total: 0 })).toBeNull();
    expect(reportRate(undefined, counted)).toBeNull();
  });

  it('is drawn as a batch draws: a third of what the judge failed', () => {
    const candidates = Array.from({ length: 900 }, (_, index) => ({
      responseId: `r${index}`,
      at: from,
      score: index < 300 ? 2 : 5,
      probability: 1,
    }));
    const { cells } = drawBatch(candidates, { count: 200, passMark: 4, seed: 'draw' });
    expect(cells.map(({ drawn }) => drawn)).toEqual([67, 133]);
  });
});
