import { requireCount } from './checks.ts';
import { effectiveSize } from './effective-size.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { wilsonInterval } from './proportion-interval.ts';

/** Rated responses by the judge's verdict and people's, weighted by the draw; "true" means that they agree. */
export interface ConfusionCounts {
  truePass: number;
  falseFail: number;
  falsePass: number;
  trueFail: number;
}

/** A response that the judge and people have both given a verdict. */
export interface PairedVerdict {
  judgePass: boolean;
  humanPass: boolean;
  /** 1 / the probability that people were asked; 1 unless given. */
  weight?: number | undefined;
}

/** A weighted share with Wilson's interval at the effective number of ratings. */
export interface WeightedShare extends Interval {
  estimate: number;
  /** Kish's effective number of the ratings behind it. */
  effectiveCount: number;
}

/** How often the judge passes what people pass, and fails what people fail. */
export interface JudgeAccuracy {
  counts: ConfusionCounts;
  sensitivity: Computed<WeightedShare>;
  specificity: Computed<WeightedShare>;
}

/**
 * Sensitivity and specificity of the judge at the pass mark, weighted by the draw where it was uneven.
 *
 * Weights are finite and at least 0 (RangeError). Either is not computable where people passed (or failed) nothing.
 * Source of the interval: Wilson's with Kish's effective size. 2 of 2 passes kept, 1 of 2 fails caught: 1 and .5.
 */
export function judgeAccuracy(verdicts: readonly PairedVerdict[], confidence: number): JudgeAccuracy {
  const passed = verdicts.filter(({ humanPass }) => humanPass);
  const failed = verdicts.filter(({ humanPass }) => !humanPass);
  return {
    counts: countConfusion(verdicts),
    sensitivity: weightedShare(passed, ({ judgePass }) => judgePass, 'people passed nothing', confidence),
    specificity: weightedShare(failed, ({ judgePass }) => !judgePass, 'people failed nothing', confidence),
  };
}

/** The weighted two-by-two table of paired verdicts. */
export function countConfusion(verdicts: readonly PairedVerdict[]): ConfusionCounts {
  const counts: ConfusionCounts = { truePass: 0, falseFail: 0, falsePass: 0, trueFail: 0 };
  for (const { judgePass, humanPass, weight = 1 } of verdicts) {
    requireCount('a weight', weight);
    if (humanPass) counts[judgePass ? 'truePass' : 'falseFail'] += weight;
    else counts[judgePass ? 'falsePass' : 'trueFail'] += weight;
  }
  return counts;
}

function weightedShare(
  verdicts: readonly PairedVerdict[],
  isHit: (verdict: PairedVerdict) => boolean,
  whenEmpty: string,
  confidence: number,
): Computed<WeightedShare> {
  const effectiveCount = effectiveSize(verdicts.map(({ weight = 1 }) => weight));
  if (effectiveCount === 0) return notComputable(whenEmpty);
  let hits = 0;
  let misses = 0;
  for (const verdict of verdicts) {
    if (isHit(verdict)) hits += verdict.weight ?? 1;
    else misses += verdict.weight ?? 1;
  }
  const estimate = hits / (hits + misses);
  const tally = { passes: estimate * effectiveCount, events: effectiveCount };
  return { ok: true, estimate, effectiveCount, ...wilsonInterval(tally, confidence) };
}
