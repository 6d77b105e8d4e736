import { betaQuantile } from './beta.ts';
import { requireInnerRatio } from './checks.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';

/** The statistic without one unit, and how many units give that same value. */
export interface LeftOut {
  value: number;
  count: number;
}

/** An interval with the standard error that it was made from. */
export interface ErrorInterval extends Interval {
  standardError: number;
}

/**
 * The t of a two-sided interval with `degrees` (above 0) degrees of freedom.
 * `studentQuantile(10, 0.95)` is 2.22813885. Source: NIST DLMF 8.17 (the t distribution as a beta distribution).
 */
export function studentQuantile(degrees: number, confidence: number): number {
  requireInnerRatio('confidence', confidence);
  const x = betaQuantile({ a: degrees / 2, b: 0.5 }, 1 - confidence);
  return Math.sqrt(degrees * (1 / x - 1));
}

/**
 * Jackknife interval of a statistic from its values with one unit left out: estimate -+ t x standard error, cut to
 * `range`.
 *
 * Not computable from fewer than 3 units, or where no value differs (a width of 0 would promise certainty).
 * Source: J. W. Tukey 1958; B. Efron 1982, "The Jackknife, the Bootstrap and Other Resampling Plans".
 * Leaving out 1, 2, 3, 4 or 5 from their mean 3: standard error sqrt(0.5).
 */
export function jackknifeInterval(
  estimate: number,
  leftOut: readonly LeftOut[],
  confidence: number,
  range: Interval,
): Computed<ErrorInterval> {
  let units = 0;
  let total = 0;
  for (const { value, count } of leftOut) {
    units += count;
    total += value * count;
  }
  if (units < 3) return notComputable(`a jackknife wants at least 3 units, not ${units}`);
  const centre = total / units;
  let squares = 0;
  for (const { value, count } of leftOut) squares += count * (value - centre) ** 2;
  const standardError = Math.sqrt((squares * (units - 1)) / units);
  if (standardError < 1e-14) return notComputable('leaving out any one unit changes nothing');
  const reach = studentQuantile(units - 1, confidence) * standardError;
  return {
    ok: true,
    standardError,
    lower: Math.max(range.lower, estimate - reach),
    upper: Math.min(range.upper, estimate + reach),
  };
}
