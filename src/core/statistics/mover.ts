import type { Tally } from './binomial.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { wilsonIntervalAt } from './proportion-interval.ts';

/** One proportion of a weighted sum; the weight may be negative (a difference is +1 and -1). */
export interface WeightedTally extends Tally {
  weight: number;
}

/** A weighted sum of proportions and how far its limits lie from it, both at least 0. */
export interface Reach {
  estimate: number;
  below: number;
  above: number;
}

/**
 * The sum of weight x proportion over `terms` and the MOVER reach of its limits, from Wilson limits at the normal
 * quantile `z`. Every term must have events. Used by the estimators, which add further variance to the reach.
 */
export function moverReach(terms: readonly WeightedTally[], z: number): Reach {
  let estimate = 0;
  let below = 0;
  let above = 0;
  for (const { weight, passes, events } of terms) {
    const share = passes / events;
    const { lower, upper } = wilsonIntervalAt({ passes, events }, z);
    const down = (weight * (share - lower)) ** 2;
    const up = (weight * (upper - share)) ** 2;
    estimate += weight * share;
    below += weight >= 0 ? down : up;
    above += weight >= 0 ? up : down;
  }
  return { estimate, below: Math.sqrt(below), above: Math.sqrt(above) };
}

/**
 * MOVER-Wilson interval (method of variance estimates recovery) of a weighted sum of independent proportions;
 * weights +1 and -1 give Newcombe's interval of a difference.
 *
 * Not clipped, for the range depends on the weights. Not computable without terms or with a term of no events.
 * Sources: G. Y. Zou and A. Donner 2008, Statistics in Medicine 27; R. G. Newcombe 1998, ibid. 17 (his method 10).
 * `moverWilson([{ weight: 1, passes: 20, events: 20 }, { weight: -1, passes: 15, events: 20 }], 0.95)` is
 * { ok: true, estimate: 0.25, lower: 0.037765, upper: 0.468701 }.
 */
export function moverWilson(
  terms: readonly WeightedTally[],
  confidence: number,
): Computed<Interval & { estimate: number }> {
  if (terms.length === 0) return notComputable('there is no proportion to sum');
  if (terms.some(({ events }) => events === 0)) return notComputable('one of the proportions has no events');
  const { estimate, below, above } = moverReach(terms, twoSidedQuantile(confidence));
  return { ok: true, estimate, lower: estimate - below, upper: estimate + above };
}
