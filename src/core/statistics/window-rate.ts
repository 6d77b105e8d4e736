import type { Tally } from './binomial.ts';
import { requirePartOf } from './checks.ts';
import type { TwoStrata } from './label-shift-threshold.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, clipToUnit, type Interval, notComputable } from './outcome.ts';
import { stratifiedRate } from './stratified-rate.ts';

/** A rate with its interval, ratios in [0, 1]. */
export interface EstimatedRate extends Interval {
  estimate: number;
}

/** A calibrated pass rate of a window; its interval is the hull of the two readings and holds the estimate. */
export interface WindowRate extends EstimatedRate {
  /** Where what people say of a verdict is as it was, and only the mix of responses moved. */
  steadyShares: EstimatedRate;
  /** Where the judge's errors are as they were, and the service moved; [0, 1] without an estimate where it tells too little. */
  steadyJudge: Interval & { estimate: number | null };
}

/** With a smaller difference of its two pass rates a judge does not tell good from bad. */
const leastSlope = 0.02;

/**
 * What people would pass of a window's responses, for reporting: from the judge's passes in the window and from the
 * ratings of an earlier time, whose strata weigh as they did then (`judged`).
 *
 * `window`: the judge's passes and all its judgements, effective sizes where sampling rates differ, over the
 * dispersion; 0 <= passes <= events (RangeError). `confidence` strictly between 0 and 1. The judge's rate cannot tell
 * a moved mix from a moved service, so the interval is the hull of both readings; it holds under either, not under a
 * judge that drifts. The estimate is the judge's rate moved by people minus judge at the rated time, in the hull.
 * Not computable where the window has no judgement, or the rated time no judgement or a verdict without ratings.
 * Source: the posterior of `stratifiedRate`, widened for the judge's rate by MOVER (Zou and Donner 2008); Rogan and
 * Gladen 1978 with the delta method; simulated coverage .92-.96.
 * Judged 3,747 failed, 16,253 passed; people pass 61 of 67 and 128 of 133; the window 1,624 of 2,000: .952022 in
 * [.839398, 1], steady shares [.914214, .974055], steady judge [.839398, 1].
 */
export function windowRate(rated: TwoStrata, window: Tally, confidence: number): Computed<WindowRate> {
  requirePartOf('passes', window.passes, window.events);
  const { judgeFailed, judgePassed } = rated;
  for (const { judged } of [judgeFailed, judgePassed]) {
    requirePartOf('judged', judged, Number.MAX_VALUE);
  }
  const judged = judgeFailed.judged + judgePassed.judged;
  if (window.events === 0) return notComputable('no response of the window was judged');
  if (judged === 0) return notComputable('no response was judged when people rated');
  const steadyShares = rateOfSteadyShares(rated, window, confidence);
  if (!steadyShares.ok) return steadyShares;
  const passWeight = judgePassed.judged / judged;
  const steadyJudge = rateOfSteadyJudge(rated, passWeight, window, confidence);
  const lower = Math.min(steadyShares.lower, steadyJudge.lower);
  const upper = Math.max(steadyShares.upper, steadyJudge.upper);
  const humanRate =
    ((1 - passWeight) * judgeFailed.passed) / judgeFailed.rated +
    (passWeight * judgePassed.passed) / judgePassed.rated;
  const moved = window.passes / window.events + humanRate - passWeight;
  const { ok: _, ...shares } = steadyShares;
  return {
    ok: true,
    estimate: Math.min(upper, Math.max(lower, moved)),
    lower,
    upper,
    steadyShares: shares,
    steadyJudge,
  };
}

function rateOfSteadyShares(
  { judgeFailed, judgePassed }: TwoStrata,
  { passes, events }: Tally,
  confidence: number,
): Computed<EstimatedRate> {
  const passRate = passes / events;
  const posterior = stratifiedRate(
    [
      { weight: 1 - passRate, passes: judgeFailed.passed, events: judgeFailed.rated },
      { weight: passRate, passes: judgePassed.passed, events: judgePassed.rated },
    ],
    confidence,
  );
  if (!posterior.ok) return posterior;
  const { estimate, lower, upper } = posterior;
  const slope = judgePassed.passed / judgePassed.rated - judgeFailed.passed / judgeFailed.rated;
  const reach = twoSidedQuantile(confidence) * slope * Math.sqrt((passRate * (1 - passRate)) / events);
  return {
    ok: true,
    estimate,
    lower: clipToUnit(estimate - Math.hypot(estimate - lower, reach)),
    upper: clipToUnit(estimate + Math.hypot(upper - estimate, reach)),
  };
}

function rateOfSteadyJudge(
  { judgeFailed, judgePassed }: TwoStrata,
  passWeight: number,
  { passes, events }: Tally,
  confidence: number,
): WindowRate['steadyJudge'] {
  const failWeight = 1 - passWeight;
  const failedPass = (judgeFailed.passed + 0.5) / (judgeFailed.rated + 1);
  const passedPass = (judgePassed.passed + 0.5) / (judgePassed.rated + 1);
  const humanRate = failWeight * failedPass + passWeight * passedPass;
  const sensitivity = (passWeight * passedPass) / humanRate;
  const falsePassRate = (passWeight * (1 - passedPass)) / (1 - humanRate);
  const slope = sensitivity - falsePassRate;
  if (slope <= leastSlope) return { estimate: null, lower: 0, upper: 1 };
  const passRate = passes / events;
  const rate = (passRate - falsePassRate) / slope;
  // How the judge's rate that goes with `rate` moves with the two shares.
  const perPass = (rate * sensitivity) / humanRate;
  const perFail = ((1 - rate) * falsePassRate) / (1 - humanRate);
  const byFailed = failWeight * (perFail - perPass);
  const byPassed =
    (rate * passWeight * (1 - sensitivity)) / humanRate -
    ((1 - rate) * passWeight * (1 - falsePassRate)) / (1 - humanRate);
  const variance =
    (passRate * (1 - passRate)) / events +
    (byFailed ** 2 * failedPass * (1 - failedPass)) / (judgeFailed.rated + 1) +
    (byPassed ** 2 * passedPass * (1 - passedPass)) / (judgePassed.rated + 1);
  const reach = (twoSidedQuantile(confidence) * Math.sqrt(variance)) / slope;
  return {
    estimate: clipToUnit(rate),
    lower: clipToUnit(rate - reach),
    upper: clipToUnit(rate + reach),
  };
}
