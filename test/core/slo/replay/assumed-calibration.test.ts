import { expect, test } from 'vitest';
import {
  assumeCalibration,
  assumedJudge,
  drawCalibrations,
  judgePassShare,
  truePassShare,
} from '#core/slo/replay/assumed-calibration.ts';

const batch = { judge: assumedJudge, ratings: 200, passShare: 0.945 };
const passedOf = ({ population }: ReturnType<typeof assumeCalibration>, place: number) =>
  population?.strata[place]?.passed ?? Number.NaN;

test('a judge passes a share of the good and some of the bad, and back', () => {
  expect(judgePassShare(assumedJudge, 0.945)).toBeCloseTo(0.8926, 9);
  expect(truePassShare(assumedJudge, 0.8926)).toBeCloseTo(0.945, 9);
});

test('ratings are drawn a third from what the judge failed, two thirds from what it passed', () => {
  expect(assumeCalibration(batch).population?.strata).toEqual([
    { judgePass: false, judged: 7_518, rated: 67, passed: 41 },
    { judgePass: true, judged: 62_482, rated: 133, passed: 131 },
  ]);
});

test('calibrations by chance are as binomial numbers are, and those that would not be valid are left out', () => {
  const all = drawCalibrations(batch, 500, 0);
  expect(all).toHaveLength(500);
  const chance = 0.06615 / (1 - 0.8926);
  const failed = all.map((each) => passedOf(each, 0));
  const mean = failed.reduce((sum, passed) => sum + passed, 0) / all.length;
  const variance = failed.reduce((sum, passed) => sum + (passed - mean) ** 2, 0) / all.length;
  expect(mean).toBeCloseTo(67 * chance, 0);
  expect(variance / (67 * chance * (1 - chance))).toBeGreaterThan(0.9);
  expect(variance / (67 * chance * (1 - chance))).toBeLessThan(1.1);
  const valid = drawCalibrations(batch, 500, 0.45);
  expect(valid.length).toBeLessThan(500);
  expect(valid.length).toBeGreaterThan(450);
  // All that people passed of what the judge failed says nothing of its specificity.
  expect(valid.every((each) => passedOf(each, 1) > 120)).toBe(true);
});

test('there are as many as you like, from few ratings to very many', () => {
  for (const ratings of [20, 1_500, 100_000]) {
    const drawn = drawCalibrations({ ...batch, ratings }, 16, 0);
    expect(drawn).toHaveLength(16);
    for (const each of drawn)
      for (const { rated, passed } of each.population?.strata ?? [])
        expect(passed >= 0 && passed <= rated).toBe(true);
  }
});
