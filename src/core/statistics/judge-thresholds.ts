import { requireCount, requireInnerRatio } from './checks.ts';
import { differenceThreshold } from './difference-threshold.ts';
import { labelShiftThreshold } from './label-shift-threshold.ts';
import { type Computed, notComputable } from './outcome.ts';
import type { JudgedPopulation, RatedStratum, VerdictStratum } from './strata.ts';

/** Confidence of the bounds that a page is measured against, and of the one for a warning. */
export const pageConfidence = 0.95;
export const warnConfidence = 0.75;

/** An objective on the judge's scale, as alarms use it. */
export interface JudgeThresholds {
  /** Under it the judge's pass rate may start a page: the lower of the two maps' lower bounds at .95. */
  page: number;
  /** Under it it may warn: the label-shift map's lower bound at .75. */
  warn: number;
  /** Points of the judge's rate per point of the true rate; the warning detector's alternatives are scaled by it. */
  slope: number;
}

/**
 * The objective of a burn bound: the pass rate at which the error budget burns `burn` times as fast as it may.
 * `objectiveAtBurn(0.92, 2)` is 0.84; at most 1 and possibly below 0, where that burn cannot be reached.
 */
export function objectiveAtBurn(objective: number, burn: number): number {
  requireInnerRatio('the objective', objective);
  requireCount('burn', burn);
  return 1 - burn * (1 - objective);
}

/**
 * Page and warn thresholds on the judge's scale for an objective (or for a burn bound's, by {@link objectiveAtBurn}).
 *
 * Needs ratings in every stratum that has responses, and both verdicts for the map by label shift: where the judge
 * passed all, or none, its stratum without responses keeps to the prior. Not computable where a stratum is unrated or
 * where the judge's verdict says nothing of people's (slope at most 0).
 * Objective .92, judged 752 failed and 6,248 passed, people pass 62 of 100 and 98 of 100:
 * warn .873142, and page the lower of two bounds at .95.
 */
export function judgeThresholds(
  population: JudgedPopulation<VerdictStratum>,
  objective: number,
): Computed<JudgeThresholds> {
  const byDifference = differenceThreshold(population, objective, pageConfidence);
  if (!byDifference.ok) return notComputable(byDifference.reason);
  const verdicts = {
    judgeFailed: poolVerdict(population, false),
    judgePassed: poolVerdict(population, true),
    effectiveJudged: population.effectiveJudged,
  };
  const byLabelShift = labelShiftThreshold(verdicts, objective, pageConfidence);
  const warn = labelShiftThreshold(verdicts, objective, warnConfidence);
  if (!byLabelShift.ok) return notComputable(byLabelShift.reason);
  if (!warn.ok) return notComputable(warn.reason);
  if (warn.slope <= 0) {
    return notComputable('by its ratings this judge passes bad responses as often as good ones');
  }
  return {
    ok: true,
    page: Math.min(byDifference.lower, byLabelShift.lower),
    warn: warn.lower,
    slope: warn.slope,
  };
}

/**
 * Pools the strata of one verdict (score bins, surfaces) into one: their pass shares weighted by responses, and the
 * number of ratings that has the same variance as the weighted share, by Kish's formula.
 */
function poolVerdict({ strata }: JudgedPopulation<VerdictStratum>, judgePass: boolean): RatedStratum {
  const group = strata.filter((stratum) => stratum.judgePass === judgePass && stratum.judged > 0);
  const [only] = group;
  if (only !== undefined && group.length === 1) return only;
  let judged = 0;
  let passWeight = 0;
  let squares = 0;
  for (const stratum of group) {
    judged += stratum.judged;
    passWeight += stratum.judged * (stratum.passed / stratum.rated);
    squares += (stratum.judged * stratum.judged) / stratum.rated;
  }
  if (judged === 0) return { judged: 0, rated: 0, passed: 0 };
  const rated = (judged * judged) / squares;
  return { judged, rated, passed: Math.min(rated, rated * (passWeight / judged)) };
}
