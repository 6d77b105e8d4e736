import { requireRatio } from './checks.ts';
import { type Computed, notComputable } from './outcome.ts';

/** How fast an error budget burns, and the fastest that it can. */
export interface BurnRate {
  /** Bad share over budget: 1 spends the budget just by the end of the window. */
  burn: number;
  /** The burn when everything fails: 1 / (1 - objective). */
  maxBurn: number;
}

/**
 * Burn rate of an error budget: bad share / (1 - objective).
 *
 * Ratios in [0, 1] (RangeError); an objective of 1 leaves no budget and is not computable.
 * 420 failures of 80,000 at 99.5%: `burnRate(420 / 80000, 0.995)` has burn 1.05, maxBurn 200.
 */
export function burnRate(badShare: number, objective: number): Computed<BurnRate> {
  requireRatio('the bad share', badShare);
  requireRatio('the objective', objective);
  const budget = 1 - objective;
  if (budget === 0) return notComputable('an objective of 1 leaves no error budget to burn');
  return { ok: true, burn: badShare / budget, maxBurn: 1 / budget };
}
