import { requireRatio } from './checks.ts';
import { oneSidedQuantile } from './normal.ts';
import { type Computed, clipToUnit, notComputable } from './outcome.ts';
import { jeffreysQuantile } from './proportion-interval.ts';
import { type RatedStratum, shareStrata } from './strata.ts';

/** The two strata of the judge's verdicts; either may have no ratings, though not both no responses. */
export interface TwoStrata {
  judgeFailed: RatedStratum;
  judgePassed: RatedStratum;
  /** See `JudgedPopulation.effectiveJudged`. */
  effectiveJudged?: number | undefined;
}

/** An objective carried over to the judge's scale by its sensitivity and false-pass rate. */
export interface LabelShiftThreshold {
  /** The judge's pass rate that corresponds to the objective. */
  threshold: number;
  /** Its one-sided lower bound, in at most the threshold. */
  lower: number;
  sensitivity: number;
  falsePassRate: number;
  /** sensitivity - falsePassRate: points of the judge's rate per point of the true rate. */
  slope: number;
}

interface Shares {
  failedPass: number;
  passedPass: number;
  passWeight: number;
}

/**
 * The judge's pass rate at which people's would just meet the objective, taking for granted that the judge goes on to
 * pass the same shares of good and of bad responses ("label shift": only their mix changes).
 *
 * `objective` in [0, 1] (RangeError). Ratings are shrunk by Jeffreys' prior (h + 1/2)/(n + 1), so that nothing divides
 * by zero. Not computable where no response was judged.
 * Source: Rogan and Gladen's equation read forwards; the bound moves the two shares to their Jeffreys quantiles and the
 * verdicts' mix by z sqrt(W0 W1 / N), one at a time, and takes the root of the sum of squares of the drops.
 * Judged 752 failed, 6,248 passed; people pass 62 of 100 and 98 of 100; objective .92: .882761, lower .873142 at .75.
 */
export function labelShiftThreshold(
  { judgeFailed, judgePassed, effectiveJudged }: TwoStrata,
  objective: number,
  confidence: number,
): Computed<LabelShiftThreshold> {
  requireRatio('the objective', objective);
  const z = oneSidedQuantile(confidence);
  const population = weighVerdicts(judgeFailed, judgePassed, effectiveJudged);
  if (!population.ok) return population;
  const { passWeight, size } = population;
  const shares: Shares = {
    failedPass: (judgeFailed.passed + 0.5) / (judgeFailed.rated + 1),
    passedPass: (judgePassed.passed + 0.5) / (judgePassed.rated + 1),
    passWeight,
  };
  const { sensitivity, falsePassRate } = judgeErrors(shares);
  const threshold = carryOver(shares, objective);
  const quantiles = (stratum: RatedStratum) =>
    [1 - confidence, confidence].map((probability) =>
      jeffreysQuantile({ passes: stratum.passed, events: stratum.rated }, probability),
    );
  const reach = z * Math.sqrt((passWeight * (1 - passWeight)) / size);
  const drop = (moved: readonly Shares[]) =>
    Math.max(0, ...moved.map((shifted) => threshold - carryOver(shifted, objective)));
  const drops = [
    drop(quantiles(judgeFailed).map((failedPass) => ({ ...shares, failedPass }))),
    drop(quantiles(judgePassed).map((passedPass) => ({ ...shares, passedPass }))),
    drop([-reach, reach].map((step) => ({ ...shares, passWeight: clipToUnit(passWeight + step) }))),
  ];
  return {
    ok: true,
    threshold,
    lower: threshold - Math.hypot(...drops),
    sensitivity,
    falsePassRate,
    slope: sensitivity - falsePassRate,
  };
}

/** The verdicts' mix; unlike {@link shareStrata} it lets a stratum without ratings be, for the prior stands in. */
function weighVerdicts(
  judgeFailed: RatedStratum,
  judgePassed: RatedStratum,
  effectiveJudged: number | undefined,
): Computed<{ passWeight: number; size: number }> {
  for (const { rated, passed } of [judgeFailed, judgePassed]) {
    requireRatio('the share that people passed', rated === 0 && passed === 0 ? 0 : passed / rated);
  }
  const counted = [judgeFailed, judgePassed].map(({ judged }) => ({ judged, rated: 1, passed: 0 }));
  const shared = shareStrata({ strata: counted, effectiveJudged });
  if (!shared.ok) return notComputable(shared.reason);
  const passWeight = judgePassed.judged / (judgeFailed.judged + judgePassed.judged);
  return { ok: true, passWeight, size: shared.size };
}

/** P(judge passes | people pass) and P(judge passes | people fail), by Bayes. */
function judgeErrors({ failedPass, passedPass, passWeight }: Shares): {
  sensitivity: number;
  falsePassRate: number;
} {
  const humanRate = (1 - passWeight) * failedPass + passWeight * passedPass;
  const humanFails = (1 - passWeight) * (1 - failedPass) + passWeight * (1 - passedPass);
  return {
    sensitivity: humanRate === 0 ? 0 : (passWeight * passedPass) / humanRate,
    falsePassRate: humanFails === 0 ? 0 : (passWeight * (1 - passedPass)) / humanFails,
  };
}

function carryOver(shares: Shares, objective: number): number {
  const { sensitivity, falsePassRate } = judgeErrors(shares);
  return objective * sensitivity + (1 - objective) * falsePassRate;
}
