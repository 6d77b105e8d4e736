import { requireInnerRatio, requirePartOf, requireRatio } from './checks.ts';
import type { ConfusionCounts } from './confusion.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, clipToUnit, type Interval, notComputable } from './outcome.ts';

/** A judge's pass rate over all judged responses and the table that corrects it. */
export interface JudgedRate {
  confusion: ConfusionCounts;
  judgePasses: number;
  judged: number;
}

/** A corrected rate before and after clipping to [0, 1]. */
export interface CorrectedRate {
  estimate: number;
  unclipped: number;
}

const uselessJudge = 'sensitivity + specificity is not above 1: this judge does not tell good from bad';

/**
 * Rogan-Gladen estimate of the true pass rate: (judge rate + specificity - 1) / (sensitivity + specificity - 1).
 *
 * For comparison only: it over-corrects on real drift. Not computable without people's passes, people's fails or judged
 * responses, nor where sensitivity + specificity is at most 1.
 * Source: W. J. Rogan and B. Gladen 1978, Am. J. Epidemiology 107; as judgy's `estimate_success_rate`.
 * Table 440, 33, 7, 20 with 446 judge passes of 500: estimate .943019.
 */
export function roganGladen({ confusion, judgePasses, judged }: JudgedRate): Computed<CorrectedRate> {
  requirePartOf('judgePasses', judgePasses, judged);
  const { truePass, falseFail, falsePass, trueFail } = confusion;
  requirePartOf('truePass', truePass, truePass + falseFail);
  requirePartOf('trueFail', trueFail, trueFail + falsePass);
  if (judged === 0) return notComputable('no response was judged');
  if (truePass + falseFail === 0) return notComputable('no rated response was passed by people');
  if (trueFail + falsePass === 0) return notComputable('no rated response was failed by people');
  const sensitivity = truePass / (truePass + falseFail);
  const specificity = trueFail / (trueFail + falsePass);
  const divisor = sensitivity + specificity - 1;
  if (divisor <= 0) return notComputable(uselessJudge);
  const unclipped = (judgePasses / judged + specificity - 1) / divisor;
  return { ok: true, estimate: clipToUnit(unclipped), unclipped };
}

/** Inputs of {@link langReiczigel}: three observed ratios and the counts that they came from. */
export interface ApparentRate {
  /** The judge's pass rate and over how many responses. */
  apparent: number;
  judged: number;
  sensitivity: number;
  ratedPasses: number;
  specificity: number;
  ratedFails: number;
}

/**
 * Lang-Reiczigel interval of a true rate behind an imperfect judge, with the Rogan-Gladen estimate.
 *
 * Ratios in [0, 1] and counts above 0 (RangeError). For comparison only. Not computable where sensitivity + specificity
 * is at most 1, as observed or after one success and one failure are added to each.
 * Source: Zs. Lang and J. Reiczigel 2014, Preventive Veterinary Medicine 113, eq. 4, 6, 7, 16, 17; as R's asht::prevSeSp.
 * Their example 4b: apparent .1002 of 509, sensitivity 23/41, specificity 187/195: .1138, [.0366, .1947].
 */
export function langReiczigel(input: ApparentRate, confidence: number): Computed<CorrectedRate & Interval> {
  const { apparent, judged, sensitivity, ratedPasses, specificity, ratedFails } = input;
  for (const ratio of [apparent, sensitivity, specificity]) requireRatio('a rate', ratio);
  for (const count of [judged, ratedPasses, ratedFails]) {
    requirePartOf('a count', count, Number.MAX_VALUE);
    if (count === 0) return notComputable('nothing was judged or nothing was rated');
  }
  const z = twoSidedQuantile(confidence);
  const divisor = sensitivity + specificity - 1;
  const sensitivityCount = ratedPasses + 2;
  const specificityCount = ratedFails + 2;
  const sens = (ratedPasses * sensitivity + 1) / sensitivityCount;
  const spec = (ratedFails * specificity + 1) / specificityCount;
  const shrunkDivisor = sens + spec - 1;
  if (divisor <= 0 || shrunkDivisor <= 0) return notComputable(uselessJudge);
  const size = judged + z * z;
  const rate = (judged * apparent + (z * z) / 2) / size;
  const centre = (rate + spec - 1) / shrunkDivisor;
  const sensVariance = (sens * (1 - sens)) / sensitivityCount;
  const specVariance = (spec * (1 - spec)) / specificityCount;
  const shift = 2 * z * z * (centre * sensVariance - (1 - centre) * specVariance);
  const variance = (rate * (1 - rate)) / size + centre ** 2 * sensVariance + (1 - centre) ** 2 * specVariance;
  const reach = (z * Math.sqrt(variance)) / shrunkDivisor;
  const unclipped = (apparent + specificity - 1) / divisor;
  return {
    ok: true,
    estimate: clipToUnit(unclipped),
    unclipped,
    lower: clipToUnit(centre + shift - reach),
    upper: clipToUnit(centre + shift + reach),
  };
}

/** An interval by Fieller's theorem, or [0, 1] where the ratings say nothing of the rate. */
export interface FiellerInterval extends Interval {
  state: 'ok' | 'uninformative';
}

const uninformative: FiellerInterval = { state: 'uninformative', lower: 0, upper: 1 };

/**
 * Rogan-Gladen with Fieller's interval: all rates theta for which (q - f) - theta (s - f) lies within z of its standard
 * error, with s the sensitivity, f the false-pass rate and q the judge's rate, each shrunk towards a half.
 *
 * For comparison only. `uninformative` and [0, 1] where s <= f or the set of such rates is not an interval.
 * Source: E. C. Fieller 1954, JRSS B 16; s and f = (k+1)/(n+2) with variances over n+2, q = (x+z²/2)/(N+z²) over N+z².
 * Table 440, 33, 7, 20 with 446 judge passes of 500, 95%: [.879200, .994533].
 */
export function roganGladenFieller(
  { confusion, judgePasses, judged }: JudgedRate,
  confidence: number,
): FiellerInterval {
  requireInnerRatio('confidence', confidence);
  requirePartOf('judgePasses', judgePasses, judged);
  const z = twoSidedQuantile(confidence);
  const square = z * z;
  const s = shrink(confusion.truePass, confusion.falseFail);
  const f = shrink(confusion.falsePass, confusion.trueFail);
  const size = judged + square;
  const q = (judgePasses + square / 2) / size;
  const qVariance = (q * (1 - q)) / size;
  const slope = s.rate - f.rate;
  const offset = q - f.rate;
  const leading = slope * slope - square * (s.variance + f.variance);
  const middle = slope * offset - square * f.variance;
  const constant = offset * offset - square * (qVariance + f.variance);
  const discriminant = middle * middle - leading * constant;
  if (slope <= 0 || leading <= 0 || discriminant < 0) return { ...uninformative };
  const root = Math.sqrt(discriminant);
  return {
    state: 'ok',
    lower: clipToUnit((middle - root) / leading),
    upper: clipToUnit((middle + root) / leading),
  };
}

function shrink(hits: number, misses: number): { rate: number; variance: number } {
  requirePartOf('a cell of the table', hits, hits + misses);
  const count = hits + misses + 2;
  const rate = (hits + 1) / count;
  return { rate, variance: (rate * (1 - rate)) / count };
}
