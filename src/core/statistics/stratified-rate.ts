import { type BetaShape, betaQuantile, logBetaWeight, regularizedBeta } from './beta.ts';
import { requireInnerRatio, requirePartOf, requireRatio } from './checks.ts';
import type { WeightedTally } from './mover.ts';
import { type Computed, clipToUnit, type Interval, notComputable } from './outcome.ts';
import { jeffreysQuantile } from './proportion-interval.ts';
import { integrate } from './quadrature.ts';

/** The judge's two verdicts with their weights, ratios in [0, 1] that sum to 1, and how many of the rated people passed. */
export type TwoWeightedTallies = readonly [WeightedTally, WeightedTally];

/** What is left out of a posterior at either end. */
const negligible = 1e-14;

/**
 * Stratified pass rate with the equal-tailed interval of its Jeffreys posterior: the quantiles of w0 p0 + w1 p1, where
 * p_s ~ Beta(passes + 1/2, fails + 1/2) are independent. The weights are taken as known.
 *
 * `passes` may be fractional (a share of raters), 0 <= passes <= events; weights in [0, 1]; `confidence` strictly
 * between 0 and 1; else RangeError. Ratios in [0, 1], limits exact to about 1e-10. Like any Jeffreys interval it stops
 * short of an estimate of 0 or 1. Not computable where a stratum has no rating.
 * Source: Brown, Cai and DasGupta 2001, Statistical Science 16, for the prior; the convolution by quadrature.
 * Weights .107 and .893, 41 of 67 and 131 of 133: estimate .945049, 95% interval [.913666, .961278].
 */
export function stratifiedRate(
  strata: TwoWeightedTallies,
  confidence: number,
): Computed<Interval & { estimate: number }> {
  requireInnerRatio('confidence', confidence);
  for (const { weight, passes, events } of strata) {
    requireRatio('a weight', weight);
    requirePartOf('passes', passes, events);
  }
  const unrated = strata.filter(({ events }) => events === 0).length;
  if (unrated > 0) return notComputable(`${unrated} of 2 strata have no rating`);
  const [first, second] = strata;
  const tail = (1 - confidence) / 2;
  return {
    ok: true,
    estimate: clipToUnit(
      (first.weight * first.passes) / first.events + (second.weight * second.passes) / second.events,
    ),
    lower: clipToUnit(posteriorQuantile(strata, tail)),
    upper: clipToUnit(posteriorQuantile(strata, 1 - tail)),
  };
}

/** The quantile, by the Illinois rule between two limits that hold it by Bonferroni's inequality. */
function posteriorQuantile(strata: TwoWeightedTallies, probability: number): number {
  const [narrow, wide] = strata.map(weighShape).toSorted((a, b) => a.spread - b.spread) as [
    WeightedShape,
    WeightedShape,
  ];
  const atEach = (each: number) =>
    strata.reduce((total, stratum) => total + stratum.weight * jeffreysQuantile(stratum, each), 0);
  if (narrow.weight === 0) return atEach(probability);
  const excess = (rate: number) => posteriorTail(narrow, wide, rate) - probability;
  let low = { rate: atEach(probability / 2), excess: -probability / 2 };
  let high = { rate: atEach((1 + probability) / 2), excess: (1 - probability) / 2 };
  let side = 0;
  for (let turn = 0; turn < 100 && high.rate - low.rate > 1e-13; turn += 1) {
    const slope = (high.excess - low.excess) / (high.rate - low.rate);
    const rate = Math.min(high.rate, Math.max(low.rate, low.rate - low.excess / slope));
    const found = { rate, excess: excess(rate) };
    if (Math.abs(found.excess) < 1e-12) return rate;
    if (found.excess < 0) {
      low = found;
      if (side < 0) high = { ...high, excess: high.excess / 2 };
      side = -1;
    } else {
      high = found;
      if (side > 0) low = { ...low, excess: low.excess / 2 };
      side = 1;
    }
  }
  return (low.rate + high.rate) / 2;
}

interface WeightedShape {
  shape: BetaShape;
  weight: number;
  /** Standard deviation of weight x proportion. */
  spread: number;
}

function weighShape({ weight, passes, events }: WeightedTally): WeightedShape {
  const a = passes + 0.5;
  const b = events - passes + 0.5;
  const total = a + b;
  return { shape: { a, b }, weight, spread: (weight * Math.sqrt((a * b) / (total + 1))) / total };
}

/**
 * The chance that the weighted sum is at most `rate`: the wider one's tail over the narrower one's density, in the
 * angle whose squared sine is the proportion, for there the density is bounded. Where the tail is 1 the density needs
 * no quadrature, and where it is 0 it does not count.
 */
function posteriorTail(narrow: WeightedShape, wide: WeightedShape, rate: number): number {
  const { a, b } = narrow.shape;
  const allBelow = clipToUnit((rate - wide.weight) / narrow.weight);
  const noneFrom = clipToUnit(rate / narrow.weight);
  const from = Math.max(angleOf(betaQuantile({ a, b }, negligible)), angleOf(allBelow));
  const to = Math.min(Math.PI / 2 - angleOf(betaQuantile({ a: b, b: a }, negligible)), angleOf(noneFrom));
  const height = (angle: number) => {
    const sine = Math.sin(angle);
    const cosine = Math.cos(angle);
    const density = (2 * Math.exp(logBetaWeight({ a, b }, sine * sine, cosine * cosine))) / (sine * cosine);
    const rest = clipToUnit((rate - narrow.weight * sine * sine) / wide.weight);
    return density * regularizedBeta(wide.shape, rest);
  };
  return regularizedBeta(narrow.shape, allBelow) + integrate(height, from, to);
}

function angleOf(proportion: number): number {
  return Math.asin(Math.sqrt(proportion));
}
