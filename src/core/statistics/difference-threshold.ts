import { requireRatio } from './checks.ts';
import { oneSidedQuantile } from './normal.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { clopperPearsonLower, clopperPearsonUpper } from './proportion-interval.ts';
import { type JudgedPopulation, shareStrata, type VerdictStratum } from './strata.ts';

/** An objective carried over to the judge's scale by the difference between people and judge. */
export interface DifferenceThreshold extends Interval {
  /** The judge's pass rate that corresponds to the objective: objective - difference. */
  threshold: number;
  /** people's pass rate - judge's pass rate in the calibration */
  difference: number;
  judgeRate: number;
  humanRate: number;
}

/**
 * The judge's pass rate at which people's would just meet the objective, taking for granted that people and judge go
 * on to differ by what they differed in the calibration. `lower` and `upper` are one-sided bounds at `confidence`.
 *
 * `objective` in [0, 1] (RangeError); results are not clipped. Not computable where a stratum has no rating.
 * Source: MOVER with one-sided Clopper-Pearson limits for each stratum's pass share, a multinomial variance for the
 * strata's shares (statistics page of the documentation, "Difference").
 * Judged 752 failed and 6,248 passed; people pass 13 of 21 and 176 of 179 rated; objective .92:
 * threshold .868456, lower .846380 at .95.
 */
export function differenceThreshold(
  population: JudgedPopulation<VerdictStratum>,
  objective: number,
  confidence: number,
): Computed<DifferenceThreshold> {
  requireRatio('the objective', objective);
  const z = oneSidedQuantile(confidence);
  const shared = shareStrata(population);
  if (!shared.ok) return notComputable(shared.reason);
  let judgeRate = 0;
  let humanRate = 0;
  let secondMoment = 0;
  let squaresDown = 0;
  let squaresUp = 0;
  for (const { stratum, weight, passShare } of shared.parts) {
    const tally = { passes: stratum.passed, events: stratum.rated };
    const judge = stratum.judgePass ? 1 : 0;
    judgeRate += weight * judge;
    humanRate += weight * passShare;
    secondMoment += weight * (passShare - judge) ** 2;
    squaresDown += (weight * (clopperPearsonUpper(tally, confidence) - passShare)) ** 2;
    squaresUp += (weight * (passShare - clopperPearsonLower(tally, confidence))) ** 2;
  }
  const difference = humanRate - judgeRate;
  const variance = Math.max(0, secondMoment - difference * difference) / shared.size;
  const threshold = objective - difference;
  return {
    ok: true,
    threshold,
    difference,
    judgeRate,
    humanRate,
    lower: threshold - Math.sqrt(squaresDown + z * z * variance),
    upper: threshold + Math.sqrt(squaresUp + z * z * variance),
  };
}
