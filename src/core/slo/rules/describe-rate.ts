import { formatNumber, formatPercent } from '../words/format.ts';
import type { RateBasis, RateEstimate } from './readings.ts';

/** Closer together than this the two readings of a window say the same. */
const sameWithin = 0.005;

/** From this far apart only people can tell which of the two readings holds. */
const apartFrom = 0.02;

/** `91.2% (88.1% to 93.4%)` */
export function formatCorrected({ value, lower, upper }: RateEstimate): string {
  return `${formatPercent(value)} (${formatPercent(lower)} to ${formatPercent(upper)})`;
}

/**
 * What stands behind the ends of a corrected rate's interval: `84.1% if the judge is as it was, 91.2% if only the
 * questions changed; ratings of this window would tell which`. Undefined where there is nothing to tell.
 */
export function describeBasis(basis: RateBasis | undefined): string | undefined {
  if (basis === undefined) return undefined;
  const { kind, ratings, steadyJudge, steadyShares } = basis;
  if (kind === 'window') return `by ${formatNumber(ratings)} ratings of this window itself`;
  if (steadyJudge === null)
    return `${formatPercent(steadyShares)} if only the questions changed; if the judge is as it was, it tells too little`;
  const apart = Math.abs(steadyJudge - steadyShares);
  if (apart < sameWithin) return undefined;
  const which = apart < apartFrom ? '' : '; ratings of this window would tell which';
  return `${formatPercent(steadyJudge)} if the judge is as it was, ${formatPercent(steadyShares)} if only the questions changed${which}`;
}
