import { leastSlope } from '#core/calibration/calibration-state.ts';
import { detectionDelay, ratingPower, type SupposedJudge } from '#core/calibration/power.ts';
import { CliError } from '../terminal/cli-error.ts';

/** What is supposed of a surface and its judge. Shares are ratios; traffic is responses a day. */
export interface PowerInput {
  readonly objective: number;
  readonly traffic: number;
  /** True pass rate while all is well. */
  readonly healthy?: number;
  /** True pass rate that must be seen. */
  readonly drop?: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

const ratingCounts = [50, 100, 200, 400, 800] as const;
/** Those whose delays are shown: fewer ratings calibrate nothing. */
export const delayCounts = ratingCounts.filter((count) => count >= 100);
export const sampleRates = [0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** What ratings and sample rates buy. @throws CliError where what is supposed cannot be */
export function computePower(input: PowerInput) {
  const { objective, traffic, sensitivity, specificity } = input;
  const budget = 1 - objective;
  const judge: SupposedJudge = {
    objective,
    sensitivity,
    specificity,
    healthy: input.healthy ?? 1 - budget * (2 / 3),
  };
  const drop = input.drop ?? Math.max(0, 1 - 2.5 * budget);
  if (!(drop < objective && objective < judge.healthy))
    throw new CliError(
      `Wanted a drop under the objective and a healthy rate over it, got ${drop} and ${judge.healthy} around ${objective}.`,
    );
  const slope = sensitivity + specificity - 1;
  if (slope < leastSlope)
    throw new CliError(
      `A judge with sensitivity ${sensitivity} and specificity ${specificity} cannot be calibrated: sensitivity + specificity - 1 is ${slope.toFixed(2)}, wanted at least ${leastSlope}. Sharpen the rubric or change the judge.`,
    );
  const week = 7 * traffic * 0.05;
  const ratings = ratingCounts.map((count) => ratingPower(judge, count, Math.max(count, week)));
  const delays = sampleRates.flatMap((rate) =>
    delayCounts.map((count) => ({
      rate,
      ...detectionDelay(judge, {
        ratings: count,
        judgedPerDay: traffic * rate,
        drop,
        judged: Math.max(count, 7 * traffic * rate),
      }),
    })),
  );
  return { objective, traffic, healthy: judge.healthy, drop, sensitivity, specificity, ratings, delays };
}

export type Power = ReturnType<typeof computePower>;
