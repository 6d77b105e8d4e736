import { requireCount, requireFinite, requireRatio, requireSameLength } from './checks.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { mean, populationCovariance, populationVariance, sum } from './sums.ts';

/** Judge scores of responses that nobody rated, summed up. */
export interface UnratedScores {
  count: number;
  mean: number;
  /** Mean squared distance from the mean, divided by the count. */
  variance: number;
}

/** Ratings, the judge's scores of the same responses, and its scores of the unrated ones. */
export interface PredictionPoweredInput {
  /** People's verdicts, 1 pass and 0 fail, or any score. */
  ratings: readonly number[];
  /** The judge's of the same responses, on the same scale, in the same order. */
  scores: readonly number[];
  unrated: UnratedScores;
  /** 1 / probability that people were asked, per rated response; scaled to mean 1 here. Left out: all alike. */
  weights?: readonly number[] | undefined;
}

/** An estimate with a normal interval, not clipped. `zeroWidth`: no spread was seen, so the interval means nothing. */
export interface NormalEstimate extends Interval {
  estimate: number;
  zeroWidth: boolean;
}

/** Means by prediction-powered inference; see {@link predictionPoweredMean}. */
export interface PredictionPoweredMean {
  /** Ratings alone. */
  classical: NormalEstimate;
  /** PPI: lambda 1. */
  ppi: NormalEstimate;
  /** PPI++: lambda chosen for the least variance. */
  tuned: Computed<NormalEstimate & { lambda: number }>;
}

/** Sums up scores for {@link predictionPoweredMean}. `summariseScores([0, 1])` is { count: 2, mean: 0.5, variance: 0.25 }. */
export function summariseScores(scores: readonly number[]): UnratedScores {
  requireFinite('scores', scores);
  if (scores.length === 0) return { count: 0, mean: 0, variance: 0 };
  return { count: scores.length, mean: mean(scores), variance: populationVariance(scores) };
}

/** The same for verdicts: `summarisePasses(3, 4)` is { count: 4, mean: 0.75, variance: 0.1875 }. */
export function summarisePasses(passes: number, count: number): UnratedScores {
  requireCount('passes', passes);
  if (count === 0) return { count: 0, mean: 0, variance: 0 };
  const share = passes / count;
  requireRatio('the share of passes', share);
  return { count, mean: share, variance: share * (1 - share) };
}

/**
 * Mean of people's ratings, helped by the judge's scores: PPI, PPI++ and, beside them, the ratings alone.
 *
 * For comparison only: normal intervals that cover .88-.89 at 50 ratings. Not computable without ratings or without
 * unrated scores; PPI++ by itself also where no score varies (0/0).
 * Sources: A. N. Angelopoulos et al. 2023, Science 382 (PPI); Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453
 * (PPI++); the weighting and the estimate of lambda as in ppi_py.
 * Ratings 1,1,0,1, scores 1,1,0,0 and 8 passes of 10 unrated: ppi .8 + .25 = 1.05, tuned .871875 with lambda .40625.
 */
export function predictionPoweredMean(
  input: PredictionPoweredInput,
  confidence: number,
): Computed<PredictionPoweredMean> {
  requireSameLength('ratings', input.ratings, 'scores', input.scores);
  requireFinite('ratings', input.ratings);
  requireFinite('scores', input.scores);
  if (input.ratings.length === 0) return notComputable('there is no rating');
  if (!(input.unrated.count > 0)) return notComputable('there is no unrated response');
  const weights = meanOneWeights(input);
  if (weights === undefined) return notComputable('the weights sum to 0');
  const z = twoSidedQuantile(confidence);
  const estimateAt = (lambda: number) => poweredEstimate(input, weights, lambda, z);
  const ppi = estimateAt(1);
  const lambda = bestLambda(input, weights, ppi.estimate);
  return {
    ok: true,
    classical: estimateAt(0),
    ppi,
    tuned:
      lambda === undefined
        ? notComputable('no judge score varies, so they cannot help')
        : { ok: true, ...estimateAt(lambda), lambda },
  };
}

function meanOneWeights({ ratings, weights }: PredictionPoweredInput): number[] | undefined {
  if (weights === undefined) return ratings.map(() => 1);
  requireSameLength('ratings', ratings, 'weights', weights);
  for (const weight of weights) requireCount('a weight', weight);
  const average = mean(weights);
  return average > 0 ? weights.map((weight) => weight / average) : undefined;
}

function poweredEstimate(
  { ratings, scores, unrated }: PredictionPoweredInput,
  weights: readonly number[],
  lambda: number,
  z: number,
): NormalEstimate {
  const rectified = ratings.map((rating, i) => (weights[i] ?? 0) * (rating - lambda * (scores[i] ?? 0)));
  const estimate = lambda * unrated.mean + mean(rectified);
  const variance =
    (lambda * lambda * unrated.variance) / unrated.count + populationVariance(rectified) / ratings.length;
  const reach = z * Math.sqrt(variance);
  return { estimate, lower: estimate - reach, upper: estimate + reach, zeroWidth: reach === 0 };
}

/** cov(g, f) over (1 + n/N) times the variance of f and the unrated scores pooled; undefined at 0/0. */
function bestLambda(
  { ratings, scores, unrated }: PredictionPoweredInput,
  weights: readonly number[],
  centre: number,
): number | undefined {
  const ofRatings = ratings.map((rating, i) => (weights[i] ?? 0) * (rating - centre));
  const ofScores = scores.map((score, i) => (weights[i] ?? 0) * (score - centre));
  const pooled = pooledVariance(ofScores, unrated, centre);
  if (!(pooled > 0)) return undefined;
  const ratio = populationCovariance(ofRatings, ofScores) / ((1 + ratings.length / unrated.count) * pooled);
  return Math.min(1, Math.max(0, ratio));
}

/** Variance (divided by one less than the count) of the values and the unrated scores less the centre, as one list. */
function pooledVariance(values: readonly number[], unrated: UnratedScores, centre: number): number {
  const count = values.length + unrated.count;
  const unratedMean = unrated.mean - centre;
  const middle = (sum(values) + unrated.count * unratedMean) / count;
  const squares =
    sum(values.map((value) => (value - middle) ** 2)) +
    unrated.count * (unrated.variance + (unratedMean - middle) ** 2);
  return squares / (count - 1);
}
