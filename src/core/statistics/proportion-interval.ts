import { betaQuantile } from './beta.ts';
import type { Tally } from './binomial.ts';
import { requireInnerRatio, requirePartOf } from './checks.ts';
import { twoSidedQuantile } from './normal.ts';
import type { Interval } from './outcome.ts';

/**
 * Wilson's score interval at a given normal quantile `z` (two-sided: {@link wilsonInterval}).
 * Counts may be real numbers. Without events it is [0, 1]; it always lies in [0, 1].
 */
export function wilsonIntervalAt({ passes, events }: Tally, z: number): Interval {
  requirePartOf('passes', passes, events);
  if (events === 0) return { lower: 0, upper: 1 };
  const share = passes / events;
  const square = (z * z) / events;
  const centre = share + square / 2;
  const reach = z * Math.sqrt((share * (1 - share)) / events + (z * z) / (4 * events * events));
  return {
    lower: passes === 0 ? 0 : Math.max(0, (centre - reach) / (1 + square)),
    upper: passes === events ? 1 : Math.min(1, (centre + reach) / (1 + square)),
  };
}

/**
 * Wilson's score interval of a proportion, two-sided, in [0, 1].
 *
 * `confidence` strictly between 0 and 1. Source: E. B. Wilson 1927, JASA 22; as statsmodels' "wilson".
 * `wilsonInterval({ passes: 160, events: 200 }, 0.95)` is { lower: 0.739145, upper: 0.849548 }.
 */
export function wilsonInterval(tally: Tally, confidence: number): Interval {
  return wilsonIntervalAt(tally, twoSidedQuantile(confidence));
}

/**
 * One-sided lower Clopper-Pearson limit of a proportion: the true rate is over it with at least `confidence`.
 * 0 where nothing passed. Source: C. J. Clopper and E. S. Pearson 1934, Biometrika 26, as a beta quantile.
 * `clopperPearsonLower({ passes: 200, events: 200 }, 0.95)` is 0.05^(1/200) = 0.985133.
 */
export function clopperPearsonLower({ passes, events }: Tally, confidence: number): number {
  requirePartOf('passes', passes, events);
  requireInnerRatio('confidence', confidence);
  return passes === 0 ? 0 : betaQuantile({ a: passes, b: events - passes + 1 }, 1 - confidence);
}

/**
 * One-sided upper Clopper-Pearson limit of a proportion; 1 where nothing failed. See {@link clopperPearsonLower}.
 * `clopperPearsonUpper({ passes: 0, events: 200 }, 0.95)` is 1 - 0.05^(1/200) = 0.0148670.
 */
export function clopperPearsonUpper({ passes, events }: Tally, confidence: number): number {
  requirePartOf('passes', passes, events);
  requireInnerRatio('confidence', confidence);
  return passes === events ? 1 : betaQuantile({ a: passes + 1, b: events - passes }, confidence);
}

/**
 * Exact (Clopper-Pearson) interval of a proportion, two-sided; it covers at least as often as it says.
 * `clopperPearsonInterval({ passes: 160, events: 200 }, 0.95)` is { lower: 0.737774, upper: 0.853106 }.
 */
export function clopperPearsonInterval(tally: Tally, confidence: number): Interval {
  const oneSided = (1 + confidence) / 2;
  return { lower: clopperPearsonLower(tally, oneSided), upper: clopperPearsonUpper(tally, oneSided) };
}

/**
 * Quantile of the Jeffreys posterior Beta(passes + 1/2, fails + 1/2) of a proportion: `probability` .95 gives a
 * one-sided upper limit, .05 a lower one. `jeffreysQuantile({ passes: 0, events: 1 }, 0.975)` is 0.853254.
 */
export function jeffreysQuantile({ passes, events }: Tally, probability: number): number {
  requirePartOf('passes', passes, events);
  return betaQuantile({ a: passes + 0.5, b: events - passes + 0.5 }, probability);
}

/**
 * Jeffreys' equal-tailed interval of a proportion (Brown, Cai and DasGupta 2001, Statistical Science 16), its
 * limits not moved to 0 and 1 where all failed or passed.
 * `jeffreysInterval({ passes: 160, events: 200 }, 0.95)` is { lower: 0.740492, upper: 0.850899 }.
 */
export function jeffreysInterval(tally: Tally, confidence: number): Interval {
  requireInnerRatio('confidence', confidence);
  const tail = (1 - confidence) / 2;
  return { lower: jeffreysQuantile(tally, tail), upper: jeffreysQuantile(tally, 1 - tail) };
}
