import { leastRatings, leastSlope } from '#core/calibration/calibration-state.ts';
import { detectionDelay, judgePassRate, ratingPower, type SupposedJudge } from '#core/calibration/power.ts';
import { CliError, percent, table } from '../terminal/output.ts';

export interface PowerOptions {
  readonly objective: number;
  readonly traffic: number;
  readonly healthy?: number;
  readonly drop?: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly json?: boolean;
}

const ratingCounts = [50, 100, 200, 400, 800] as const;
const sampleRates = [0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** Prints what ratings and sample rates buy. */
export function showPower(options: PowerOptions): void {
  const { objective, traffic, sensitivity, specificity } = options;
  const budget = 1 - objective;
  const judge: SupposedJudge = {
    objective,
    sensitivity,
    specificity,
    healthy: options.healthy ?? 1 - budget * (2 / 3),
  };
  const drop = options.drop ?? Math.max(0, 1 - 2.5 * budget);
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
    ratingCounts
      .filter((count) => count >= 100)
      .map((count) => ({
        rate,
        ...detectionDelay(judge, {
          ratings: count,
          judgedPerDay: traffic * rate,
          drop,
          judged: Math.max(count, 7 * traffic * rate),
        }),
      })),
  );
  if (options.json === true) {
    console.log(
      JSON.stringify(
        { objective, traffic, healthy: judge.healthy, drop, sensitivity, specificity, ratings, delays },
        null,
        2,
      ),
    );
    return;
  }
  console.log(
    [
      `Supposed: a true pass rate of ${percent(judge.healthy)} while all is well, a judge with sensitivity ${sensitivity} and specificity ${specificity}; its raw rate is then ${percent(judgePassRate(judge, judge.healthy))}, whatever the objective.`,
      '',
      `Ratings, half of judge-failed and half of judge-passed responses, against ${percent(objective)}:`,
      table([
        [
          '  ratings',
          '95% interval of the true rate',
          'width',
          'judge\u2019s rate at a warning',
          'at a page',
          '',
        ],
        ...ratings.map(({ ratings: count, lower, upper, warn, page }) => [
          `  ${count}`,
          `${percent(lower)} to ${percent(upper)}`,
          `${((upper - lower) * 100).toFixed(1)} points`,
          warn === undefined ? '-' : percent(warn),
          page === undefined ? '-' : percent(page),
          count === leastRatings
            ? 'the least that is valid'
            : count < leastRatings
              ? 'too few to be valid'
              : '',
        ]),
      ]),
      '',
      `Median hours until a drop to ${percent(drop)} is seen (warning / page), ${traffic} responses a day:`,
      table([
        [
          '  sample rate',
          'judged a day',
          ...ratingCounts.filter((count) => count >= 100).map((count) => `${count} ratings`),
        ],
        ...sampleRates.map((rate) => [
          `  ${percent(rate, 0)}`,
          (traffic * rate).toFixed(0),
          ...delays
            .filter((delay) => delay.rate === rate)
            .map(({ warn, page }) => `${hours(warn)} / ${hours(page)}`),
        ]),
      ]),
      '',
      'A dash: not within two weeks. More ratings move the thresholds up, a higher sample rate brings the evidence sooner.',
    ].join('\n'),
  );
}

function hours(value: number | undefined): string {
  return value === undefined ? '-' : value < 10 ? value.toFixed(1) : value.toFixed(0);
}
