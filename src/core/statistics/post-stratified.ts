import { requireRatio } from './checks.ts';
import { moverReach } from './mover.ts';
import { twoSidedQuantile } from './normal.ts';
import { clipToUnit, type Interval, type NotComputable } from './outcome.ts';
import { type JudgedPopulation, type RatedStratum, shareStrata } from './strata.ts';

/** A calibrated pass rate with its interval, in [0, 1]. */
export interface PostStratifiedRate extends Interval {
  ok: true;
  estimate: number;
  /** Variance of the estimate that comes from the strata's shares being a sample themselves. */
  weightVariance: number;
  /** The interval that takes the shares as known. */
  fixedWeights: Interval;
}

/** No rate, since a stratum has no rating: all that is known is [0, 1]. */
export type UnknownRate = NotComputable & Interval;

/**
 * Post-stratified pass rate: people's pass share in each stratum of the judge's, weighted by the stratum's share of
 * all judged responses, with a two-sided MOVER-Wilson interval.
 *
 * For reporting; alarms use the thresholds on the judge's scale. Simulated coverage at .95: .94-.96 from 200 ratings.
 * `confidence` strictly between 0 and 1. An unrated stratum gives `ok: false` with [0, 1].
 * Source: Zou and Donner 2008 for the interval of a weighted sum; the variance of estimated shares is multinomial.
 * Judged 107 failed, 893 passed; rated 100 of each, people pass 62 and 98:
 * estimate .94148, 95% interval [.895092, .958971].
 */
export function postStratifiedRate(
  population: JudgedPopulation<RatedStratum>,
  confidence: number,
): PostStratifiedRate | UnknownRate {
  const z = twoSidedQuantile(confidence);
  const shared = shareStrata(population);
  if (!shared.ok) return { ...shared, lower: 0, upper: 1 };
  const terms = shared.parts.map(({ stratum, weight }) => ({
    weight,
    passes: stratum.passed,
    events: stratum.rated,
  }));
  const { estimate, below, above } = moverReach(terms, z);
  let secondMoment = 0;
  for (const { weight, passShare } of shared.parts) secondMoment += weight * passShare * passShare;
  const weightVariance = Math.max(0, secondMoment - estimate * estimate) / shared.size;
  return {
    ok: true,
    estimate,
    weightVariance,
    lower: clipToUnit(estimate - Math.hypot(below, z * Math.sqrt(weightVariance))),
    upper: clipToUnit(estimate + Math.hypot(above, z * Math.sqrt(weightVariance))),
    fixedWeights: { lower: clipToUnit(estimate - below), upper: clipToUnit(estimate + above) },
  };
}

/**
 * Widens an interval for a share of responses that have no verdict (unjudgeable or shed): they are not missing at
 * random, so they may all have failed or all have passed. Both arguments are ratios in [0, 1] (RangeError).
 * `boundsWithUnjudged({ lower: 0.9, upper: 0.95 }, 0.1)` is { lower: 0.81, upper: 0.955 }.
 */
export function boundsWithUnjudged({ lower, upper }: Interval, unjudgedShare: number): Interval {
  requireRatio('the unjudged share', unjudgedShare);
  const judgedShare = 1 - unjudgedShare;
  return { lower: lower * judgedShare, upper: upper * judgedShare + unjudgedShare };
}
