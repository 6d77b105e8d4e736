import type { Tally } from './binomial.ts';
import { requirePartOf } from './checks.ts';
import { logNormalLowerTail } from './normal.ts';
import { type Computed, notComputable } from './outcome.ts';

/** A rate now and in its baseline, as counts of the events that the rate counts (refusals, say) out of all. */
export interface RateChange {
  current: Tally;
  baseline: Tally;
  /** The change that is still tolerated, as a ratio: 1.5 points are 0.015. Between -1 and 1. */
  margin: number;
}

/** The outcome of {@link testRateIncrease}. */
export interface RateIncreaseTest {
  /** current rate - baseline rate */
  change: number;
  /** (change - margin) over its standard error under the tolerated change */
  z: number;
  probability: number;
  logProbability: number;
}

/**
 * Two-sample score test that a rate has risen over its baseline by more than a margin. The p-value is one-sided:
 * small means "risen by more". In a rate whose events are good, test the fails instead.
 *
 * Not computable where a side has no events. Where the tolerated change leaves no variance (margin 0 and all alike)
 * there is no evidence: z 0, p 1/2.
 * Source: C. P. Farrington and G. Manning 1990, Statistics in Medicine 9: the variance is taken at the rates that fit
 * best among those that differ by exactly the margin, found by bisection. (statsmodels 0.15 takes a count for a group
 * size in its closed form, and so differs in the third digit.)
 * `testRateIncrease({ current: { passes: 60, events: 1000 }, baseline: { passes: 120, events: 4000 }, margin: 0.015 })`
 * has change 0.03, z 2.0647, probability 0.019476.
 */
export function testRateIncrease({ current, baseline, margin }: RateChange): Computed<RateIncreaseTest> {
  requirePartOf('current passes', current.passes, current.events);
  requirePartOf('baseline passes', baseline.passes, baseline.events);
  if (!(margin > -1 && margin < 1)) {
    throw new RangeError(`a margin must lie between -1 and 1, not be ${margin}: divide points by 100`);
  }
  if (current.events === 0) return notComputable('the current window has no events');
  if (baseline.events === 0) return notComputable('the baseline has no events');
  const change = current.passes / current.events - baseline.passes / baseline.events;
  const baseRate = fitBaseline({ current, baseline, margin });
  const variance =
    ((baseRate + margin) * (1 - baseRate - margin)) / current.events +
    (baseRate * (1 - baseRate)) / baseline.events;
  const z = variance > 1e-300 ? (change - margin) / Math.sqrt(variance) : 0;
  const logProbability = logNormalLowerTail(-z);
  return { ok: true, change, z, probability: Math.exp(logProbability), logProbability };
}

/** The likeliest baseline rate where the current one is the margin higher; the slope of the likelihood falls steadily. */
function fitBaseline({ current, baseline, margin }: RateChange): number {
  const currentFails = current.events - current.passes;
  const baselineFails = baseline.events - baseline.passes;
  const part = (count: number, rate: number) => (count === 0 ? 0 : count / rate);
  const slope = (rate: number) =>
    part(current.passes, rate + margin) -
    part(currentFails, 1 - rate - margin) +
    part(baseline.passes, rate) -
    part(baselineFails, 1 - rate);
  const least = Math.max(0, -margin);
  const most = Math.min(1, 1 - margin);
  let low = least;
  let high = most;
  for (let turn = 0; turn < 100; turn += 1) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return low === least ? least : high === most ? most : low;
}
