import { logRegularizedBetaWithComplement } from './beta.ts';
import { requireCount, requireInnerRatio, requirePartOf, requireRatio } from './checks.ts';

/** Good events out of all events; whole numbers, or real ones where a design effect was divided out. */
export interface Tally {
  passes: number;
  events: number;
}

/** A probability and its natural logarithm, which stays exact where the probability is 0 as a double. */
export interface TailProbability {
  probability: number;
  logProbability: number;
}

/**
 * Exact lower tail of the binomial distribution: the chance of at most `passes` good events out of `events`, each
 * good with chance `passChance`. It is the p-value of the one-sided exact test that the true rate is `passChance`
 * or more.
 *
 * `passes` from 0 to `events` (counts), `passChance` in [0, 1]; else RangeError. All passed, or no event at all,
 * gives exactly 1. Relative error of the probability below 1e-9 down to 1e-300, for 10^6 events and more.
 * Source: NIST DLMF 8.17.5, P(X <= k) = I_{1-p}(n-k, k+1), with Loader's (2000) weight, in logarithms.
 * `binomialLowerTail({ passes: 176, events: 200 }, 0.92).probability` is 0.0306365.
 */
export function binomialLowerTail({ passes, events }: Tally, passChance: number): TailProbability {
  requirePartOf('passes', passes, events);
  requireRatio('the pass chance', passChance);
  const logProbability = logLowerTail(passes, events, passChance);
  return { probability: Math.exp(logProbability), logProbability };
}

function logLowerTail(passes: number, events: number, passChance: number): number {
  if (passes >= events || passChance === 0) return 0;
  if (passChance === 1) return Number.NEGATIVE_INFINITY;
  if (passes === 0) return events * Math.log1p(-passChance);
  return logRegularizedBetaWithComplement({ a: events - passes, b: passes + 1 }, 1 - passChance, passChance);
}

/**
 * Critical count of the exact one-sided binomial test: the largest count of passes whose lower tail is below
 * `alpha`, or -1 where even no pass at all is not significant.
 *
 * `events`: a whole number of at least 0; `alpha` strictly between 0 and 1; else RangeError.
 * `binomialCriticalPasses({ events: 200, passChance: 0.92, alpha: 0.01 })` is 174.
 */
export function binomialCriticalPasses(test: { events: number; passChance: number; alpha: number }): number {
  requireCount('events', test.events);
  requireInnerRatio('alpha', test.alpha);
  const isSignificant = (passes: number) =>
    binomialLowerTail({ passes, events: test.events }, test.passChance).probability < test.alpha;
  let significant = -1;
  let not = Math.floor(test.events);
  while (not - significant > 1) {
    const middle = Math.floor((significant + not) / 2);
    if (isSignificant(middle)) significant = middle;
    else not = middle;
  }
  return significant;
}
