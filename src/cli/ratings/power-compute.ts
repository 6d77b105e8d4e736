import * as z from 'zod';
import { leastRatings, leastSlope } from '#core/calibration/calibration-state.ts';
import {
  delaySchema,
  detectionDelay,
  possibleCalibrations,
  ratingPower,
  type SupposedJudge,
} from '#core/calibration/power.ts';
import { keepSimulation } from '#local/session/kept-simulations.ts';
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
export const delayCounts = ratingCounts.filter((count) => count >= leastRatings);
export const sampleRates = [0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** What the policy ships: so much more is sampled while a page is near. */
export const usualZoom = 10;

/** Simulated series behind each delay. */
export const seriesOfDelay = 400;

/**
 * What ratings and sample rates buy.
 *
 * @param folder where results of simulations are kept
 * @throws CliError where what is supposed cannot be
 */
export async function computePower(input: PowerInput, folder: string) {
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
  const ratings = ratingCounts.map((count) =>
    ratingPower(judge, count, Math.max(count, judgedInWeek(traffic))),
  );
  const delays = await keepSimulation(folder, ['power', judge, traffic, drop], z.array(cellSchema), () =>
    simulateCells(judge, traffic, drop),
  );
  return {
    objective,
    traffic,
    healthy: judge.healthy,
    drop,
    sensitivity,
    specificity,
    ratings,
    delays,
    series: seriesOfDelay,
  };
}

const cellSchema = delaySchema.extend({ rate: z.number(), ratings: z.number() });

function simulateCells(judge: SupposedJudge, traffic: number, drop: number): z.infer<typeof cellSchema>[] {
  const calibrations = delayCounts.map((ratings) => ({
    ratings,
    possible: possibleCalibrations(judge, ratings, Math.max(ratings, judgedInWeek(traffic))),
  }));
  return sampleRates.flatMap((rate) =>
    calibrations.map(({ ratings, possible }) => ({
      rate,
      ratings,
      ...detectionDelay(judge, {
        calibrations: possible,
        judgedPerDay: traffic * rate,
        drop,
        series: seriesOfDelay,
        zoomMost: ratings === leastRatings ? Math.min(usualZoom, 1 / rate) : 1,
      }),
    })),
  );
}

/** Of a usual sample: what ratings are drawn from. */
function judgedInWeek(traffic: number): number {
  return 7 * traffic * 0.05;
}

export type Power = Awaited<ReturnType<typeof computePower>>;
