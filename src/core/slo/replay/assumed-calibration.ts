import type { SloCalibration } from '../rules/slo-calibration.ts';

/** A judge as good as most that are worth having. */
export const assumedJudge = { sensitivity: 0.93, specificity: 0.75 } as const;

/** Judged responses that the ratings are drawn from. */
const judged = 70_000;

/**
 * The calibration that a batch of ratings would make, a third of them drawn from what the judge failed and two thirds
 * from what it passed: for telling beforehand what an alarm will amount to. Nothing that is measured ever uses it.
 *
 * @param passShare share of responses that people would pass, 0 to 1
 */
export function assumeCalibration(ratings: number, passShare: number): SloCalibration {
  const { sensitivity, specificity } = assumedJudge;
  const judgePasses = passShare * sensitivity + (1 - passShare) * (1 - specificity);
  const passedOfPasses = (passShare * sensitivity) / judgePasses;
  const passedOfFails = (passShare * (1 - sensitivity)) / (1 - judgePasses);
  const ofFails = Math.round(ratings / 3);
  const stratum = (judgePass: boolean, share: number, passed: number) => {
    const rated = judgePass ? ratings - ofFails : ofFails;
    return { judgePass, judged: Math.round(judged * share), rated, passed: Math.round(rated * passed) };
  };
  return {
    state: 'valid',
    reason: `assumed: ${ratings} ratings of a judge with sensitivity ${sensitivity} and specificity ${specificity}`,
    ratings,
    population: {
      strata: [stratum(false, 1 - judgePasses, passedOfFails), stratum(true, judgePasses, passedOfPasses)],
    },
  };
}
