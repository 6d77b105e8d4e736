import { requireCount } from './checks.ts';

/**
 * Evidence of a sustained drop, as it is stored between ticks: plain JSON, carried over a recalibration and never
 * recomputed backwards.
 */
export interface DetectorState {
  /** The Shiryaev-Roberts statistic of each alternative; it keeps its place where an alternative falls out. */
  evidence: number[];
  /** The last hour (hours since 1970) with events, null before the first. */
  hour: number | null;
  /** Units of evidence seen so far. */
  events: number;
}

/** What is watched for. */
export interface DetectorPlan {
  /** The pass rate at or over which all is well (m), strictly between 0 and 1. */
  threshold: number;
  /** Pass rates below it that evidence is gathered for; null for one that is impossible under this threshold. */
  alternatives: readonly (number | null)[];
  /** Weight of each alternative's evidence in the mean; they sum to 1 over those that are not null. */
  weights: readonly number[];
  /** What the evidence of one alternative is cut to, so that it clears soon after recovery. */
  cap: number;
}

/** What came in since the last tick. */
export interface NewEvents {
  passes: number;
  fails: number;
}

/** The state before anything was seen. */
export function startDetector(alternatives: number): DetectorState {
  return { evidence: new Array<number>(alternatives).fill(0), hour: null, events: 0 };
}

/**
 * Natural logarithm of the likelihood ratio of an alternative pass rate against the threshold, over new passes and fails:
 * passes ln(a/m) + fails ln((1-a)/(1-m)). `logLikelihoodRatio(0.8, 0.9, { passes: 9, fails: 1 })` is -0.36690.
 */
export function logLikelihoodRatio(
  alternative: number,
  threshold: number,
  { passes, fails }: { passes: number; fails: number },
): number {
  const forPasses = passes === 0 ? 0 : passes * Math.log(alternative / threshold);
  const forFails = fails === 0 ? 0 : fails * Math.log((1 - alternative) / (1 - threshold));
  return forPasses + forFails;
}

/**
 * One step of the Shiryaev-Roberts e-detector: at a restart each alternative's evidence gains 1, then all evidence is
 * multiplied by what the new events say. As long as the pass rate is at the threshold or over it, the evidence grows by
 * at most 1 a restart on average, whatever the number of steps between.
 *
 * Pure; counts of at least 0 (RangeError). An alternative that is null keeps its evidence as it was.
 * Source: J. Shin, A. Ramdas and A. Rinaldo 2023, "E-detectors", New England J. of Statistics in Data Science.
 * Evidence [0], threshold .9, alternative .8, a restart, then 9 passes and 1 fail: [0.69288].
 */
export function gatherEvidence(
  plan: DetectorPlan,
  evidence: readonly number[],
  step: NewEvents & { restart: boolean },
): number[] {
  requireCount('passes', step.passes);
  requireCount('fails', step.fails);
  return plan.alternatives.map((alternative, i) => {
    const before = evidence[i] ?? 0;
    if (alternative === null) return before;
    const after =
      (step.restart ? before + 1 : before) * Math.exp(logLikelihoodRatio(alternative, plan.threshold, step));
    return Math.min(after, plan.cap);
  });
}

/** The weighted mean of the evidence over the alternatives that are possible: the detector's statistic M. */
export function meanEvidence(plan: DetectorPlan, evidence: readonly number[]): number {
  let total = 0;
  plan.alternatives.forEach((alternative, i) => {
    if (alternative !== null) total += (plan.weights[i] ?? 0) * (evidence[i] ?? 0);
  });
  return total;
}
