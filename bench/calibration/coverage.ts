import type { ConfusionCounts } from '#core/statistics/confusion.ts';
import type { Interval } from '#core/statistics/outcome.ts';
import { postStratifiedRate } from '#core/statistics/post-stratified.ts';
import { predictionPoweredMean, summarisePasses } from '#core/statistics/prediction-powered.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { langReiczigel, roganGladenFieller } from '#core/statistics/rogan-gladen.ts';

/** Simulated coverage of 95% intervals of the true pass rate, by several estimators on the same draws. */

const sensitivity = 0.93;
const specificity = 0.75;
const judged = 10_000;

export const draws = ['uniform', 'balanced'] as const;
export type DrawKind = (typeof draws)[number];

export interface Setting {
  readonly trueRate: number;
  readonly ratings: number;
  readonly draw: DrawKind;
}

/** What a draw brought: the judge's verdicts, and of each verdict how many were rated and how many people passed. */
interface Drawn {
  readonly judgePasses: number;
  readonly passed: { readonly rated: number; readonly good: number };
  readonly failed: { readonly rated: number; readonly good: number };
}

export const estimators = ['ours', 'rogan-gladen', 'lang-reiczigel', 'ppi++'] as const;
export type Estimator = (typeof estimators)[number];

/** An estimator's interval; where it has none it says nothing, which is [0, 1]. */
const intervals: Readonly<Record<Estimator, (drawn: Drawn) => Interval>> = {
  ours: ({ judgePasses, passed, failed }) =>
    postStratifiedRate(
      {
        strata: [
          { judged: judged - judgePasses, rated: failed.rated, passed: failed.good },
          { judged: judgePasses, rated: passed.rated, passed: passed.good },
        ],
      },
      0.95,
    ),
  'rogan-gladen': (drawn) =>
    roganGladenFieller({ confusion: weightedTable(drawn), judgePasses: drawn.judgePasses, judged }, 0.95),
  'lang-reiczigel': (drawn) => {
    const { truePass, falseFail, falsePass, trueFail } = weightedTable(drawn);
    const ratedPasses = truePass + falseFail;
    const ratedFails = falsePass + trueFail;
    if (ratedPasses === 0 || ratedFails === 0) return nothing;
    const result = langReiczigel(
      {
        apparent: drawn.judgePasses / judged,
        judged,
        sensitivity: truePass / ratedPasses,
        ratedPasses,
        specificity: trueFail / ratedFails,
        ratedFails,
      },
      0.95,
    );
    return result.ok ? result : nothing;
  },
  'ppi++': ({ judgePasses, passed, failed }) => {
    const ratings: number[] = [];
    const scores: number[] = [];
    const weights: number[] = [];
    for (const [{ rated, good }, score, count] of [
      [passed, 1, judgePasses],
      [failed, 0, judged - judgePasses],
    ] as const) {
      for (let index = 0; index < rated; index += 1) {
        ratings.push(index < good ? 1 : 0);
        scores.push(score);
        weights.push(count / rated);
      }
    }
    const unrated = summarisePasses(judgePasses - passed.rated, judged - passed.rated - failed.rated);
    const result = predictionPoweredMean({ ratings, scores, weights, unrated }, 0.95);
    return result.ok && result.tuned.ok ? result.tuned : nothing;
  },
};

const nothing: Interval = { lower: 0, upper: 1 };

/** The two-by-two table of the ratings with the draw's weights, scaled to their number. */
function weightedTable({ judgePasses, passed, failed }: Drawn): ConfusionCounts {
  const count = passed.rated + failed.rated;
  const weight = (judgedOf: number, rated: number) =>
    rated === 0 ? 0 : ((judgedOf / judged) * count) / rated;
  const ofPassed = weight(judgePasses, passed.rated);
  const ofFailed = weight(judged - judgePasses, failed.rated);
  return {
    truePass: passed.good * ofPassed,
    falsePass: (passed.rated - passed.good) * ofPassed,
    falseFail: failed.good * ofFailed,
    trueFail: (failed.rated - failed.good) * ofFailed,
  };
}

function simulate(random: RandomSource, { trueRate, ratings, draw }: Setting): Drawn {
  const passShare = trueRate * sensitivity + (1 - trueRate) * (1 - specificity);
  const judgePasses = random.binomial(judged, passShare);
  const ofPassed = draw === 'balanced' ? ratings / 2 : random.binomial(ratings, judgePasses / judged);
  const ofFailed = ratings - ofPassed;
  return {
    judgePasses,
    passed: { rated: ofPassed, good: random.binomial(ofPassed, (trueRate * sensitivity) / passShare) },
    failed: {
      rated: ofFailed,
      good: random.binomial(ofFailed, (trueRate * (1 - sensitivity)) / (1 - passShare)),
    },
  };
}

export interface Coverage {
  readonly covered: number;
  readonly medianWidth: number;
}

/** Coverage and median width of an estimator in a setting; all estimators see the same draws. */
export function measureCoverage(setting: Setting, estimator: Estimator, repetitions: number): Coverage {
  const random = createRandom(`calibration/${setting.trueRate}/${setting.ratings}/${setting.draw}`);
  const widths = new Float64Array(repetitions);
  let covered = 0;
  for (let index = 0; index < repetitions; index += 1) {
    const { lower, upper } = intervals[estimator](simulate(random, setting));
    widths[index] = upper - lower;
    if (lower <= setting.trueRate && setting.trueRate <= upper) covered += 1;
  }
  return {
    covered: covered / repetitions,
    medianWidth: widths.sort()[Math.floor(repetitions / 2)] ?? Number.NaN,
  };
}
