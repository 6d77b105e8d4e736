import { normalQuantile } from '../../statistics/normal.ts';
import { createRandom } from '../../statistics/random.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';

/** How a judge errs: the share of the good that it passes, and of the bad that it fails. */
export interface JudgeErrors {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** A judge as good as most that are worth having. */
export const assumedJudge = { sensitivity: 0.93, specificity: 0.75 } as const satisfies JudgeErrors;

/** What is assumed of a batch of ratings, a third of them drawn from what the judge failed and two thirds from what it passed. */
export interface AssumedBatch {
  readonly judge: JudgeErrors;
  readonly ratings: number;
  /** Share of responses that people would pass when they rate, 0 to 1. */
  readonly passShare: number;
  /** Judged responses that the ratings are drawn from; 70,000 unless given. */
  readonly judged?: number | undefined;
}

/** The share that a judge passes where people pass this one. */
export function judgePassShare({ sensitivity, specificity }: JudgeErrors, truePassShare: number): number {
  return truePassShare * sensitivity + (1 - truePassShare) * (1 - specificity);
}

/** The true pass share at which a judge passes this one: under 0 or over 1 where it never does. */
export function truePassShare({ sensitivity, specificity }: JudgeErrors, judgePasses: number): number {
  return (judgePasses - (1 - specificity)) / (sensitivity + specificity - 1);
}

interface Strata {
  readonly failed: Stratum;
  readonly passed: Stratum;
}

interface Stratum {
  readonly judged: number;
  readonly rated: number;
  /** Share of it that people would pass. */
  readonly share: number;
}

function expectStrata({ judge, ratings, passShare, judged = 70_000 }: AssumedBatch): Strata {
  const judgePasses = judgePassShare(judge, passShare);
  const ofFails = Math.round(ratings / 3);
  return {
    failed: {
      judged: Math.round(judged * (1 - judgePasses)),
      rated: ofFails,
      share: (passShare * (1 - judge.sensitivity)) / (1 - judgePasses),
    },
    passed: {
      judged: Math.round(judged * judgePasses),
      rated: ratings - ofFails,
      share: (passShare * judge.sensitivity) / judgePasses,
    },
  };
}

function calibrationOf(
  { judge, ratings }: AssumedBatch,
  { failed, passed }: Strata,
  passedOfFailed: number,
  passedOfPassed: number,
): SloCalibration {
  return {
    state: 'valid',
    reason: `assumed: ${ratings} ratings of a judge with sensitivity ${judge.sensitivity} and specificity ${judge.specificity}`,
    ratings,
    population: {
      strata: [
        { judgePass: false, judged: failed.judged, rated: failed.rated, passed: passedOfFailed },
        { judgePass: true, judged: passed.judged, rated: passed.rated, passed: passedOfPassed },
      ],
    },
  };
}

/**
 * The calibration that a batch would make on average, of whole ratings: for telling beforehand what an alarm will amount to.
 * Nothing that is measured ever uses it.
 */
export function assumeCalibration(batch: AssumedBatch): SloCalibration {
  const strata = expectStrata(batch);
  const { failed, passed } = strata;
  return calibrationOf(
    batch,
    strata,
    Math.round(failed.rated * failed.share),
    Math.round(passed.rated * passed.share),
  );
}

/**
 * Calibrations that such batches would make, as chance has it: by evenly spread points (Roberts 2018, the R2 sequence), so
 * that some dozens of them stand for all. Those that say so little of the judge that they would not be valid are left out.
 *
 * @param count points; as many calibrations or fewer
 * @param leastSlope the least sensitivity + specificity - 1 of a valid calibration
 */
export function drawCalibrations(batch: AssumedBatch, count: number, leastSlope: number): SloCalibration[] {
  const strata = expectStrata(batch);
  const { failed, passed } = strata;
  const offset = createRandom('calibrations').uniform();
  const known = new Map<string, SloCalibration>();
  return Array.from({ length: count }, (_, index) => {
    const ofFailed = binomialQuantile(failed.rated, failed.share, (offset + index * 0.7548776662466927) % 1);
    const ofPassed = binomialQuantile(passed.rated, passed.share, (offset + index * 0.5698402909980532) % 1);
    if (!(slopeOf(strata, ofFailed, ofPassed) >= leastSlope)) return [];
    const key = `${ofFailed}/${ofPassed}`;
    const calibration = known.get(key) ?? calibrationOf(batch, strata, ofFailed, ofPassed);
    known.set(key, calibration);
    return [calibration];
  }).flat();
}

/** From so many tries on a binomial number is as good as normal. */
const many = 1_000;

/** The least number of successes whose chance, of so few or fewer, is over this share. */
function binomialQuantile(tries: number, chance: number, share: number): number {
  if (chance > 0.5) return tries - binomialQuantile(tries, 1 - chance, 1 - share);
  if (tries > many) {
    const normal = tries * chance + normalQuantile(share) * Math.sqrt(tries * chance * (1 - chance));
    return Math.min(tries, Math.max(0, Math.round(normal)));
  }
  let mass = (1 - chance) ** tries;
  let cumulative = mass;
  let successes = 0;
  while (cumulative <= share && successes < tries) {
    mass *= ((tries - successes) / (successes + 1)) * (chance / (1 - chance));
    cumulative += mass;
    successes += 1;
  }
  return successes;
}

/** Sensitivity + specificity - 1, as the ratings show it. */
function slopeOf({ failed, passed }: Strata, ofFailed: number, ofPassed: number): number {
  const good = [
    (failed.judged * ofFailed) / failed.rated,
    (passed.judged * ofPassed) / passed.rated,
  ] as const;
  const bad = [failed.judged - good[0], passed.judged - good[1]] as const;
  return good[1] / (good[0] + good[1]) - bad[1] / (bad[0] + bad[1]);
}
