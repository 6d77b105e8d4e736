import { overallScores } from '../rubric/rubric.ts';
import { cohenKappa, type Kappa, tabulateAgreement } from '../statistics/cohen-kappa.ts';
import { judgeAccuracy, type PairedVerdict, type WeightedShare } from '../statistics/confusion.ts';
import {
  type Correlation,
  meanAbsoluteError,
  spearmanCorrelation,
  weightedSpearman,
} from '../statistics/correlation.ts';
import { type KrippendorffAlpha, krippendorffAlpha } from '../statistics/krippendorff-alpha.ts';
import { type Computed, notComputable } from '../statistics/outcome.ts';
import { type JudgeSpread, measureSpread } from './judge-spread.ts';
import { type PeopleVerdict, peopleVerdict, type RatedResponse } from './rated-response.ts';

const confidence = 0.95;

/** How well one judge and people agree under one rubric version, and people among themselves. */
export interface Agreement {
  /** Responses with both a rating and this judge's verdict. */
  readonly rated: number;
  /** All ratings, those of responses without a verdict included. */
  readonly ratings: number;
  readonly raters: number;
  /** Rated responses that this judge gave no verdict of. */
  readonly withoutVerdict: number;
  /** Judge's score against people's, over all five scores. */
  readonly kappa: Computed<Kappa>;
  readonly weightedKappa: Computed<Kappa>;
  /** Judge's score against the mean of the raters. */
  readonly spearman: Computed<Correlation>;
  /** Mean distance of the judge's score from the raters' median. */
  readonly meanAbsoluteError: Computed<{ estimate: number; pairs: number }>;
  /** At the pass mark. */
  readonly sensitivity: Computed<WeightedShare>;
  readonly specificity: Computed<WeightedShare>;
  /** Whether what the judge says against people rests on drawn responses alone, weighted by the draw, or on all ratings as they came. */
  readonly accuracyOf: 'drawn' | 'all';
  /** Raters among themselves, ordinal. */
  readonly alpha: Computed<KrippendorffAlpha>;
  /** Responses whose raters' median lies between two scores. */
  readonly ties: number;
  /** Responses with two raters or more, and those of them whose raters do not all say the same. */
  readonly ratedTwice: number;
  readonly disputed: number;
  /** Absent where the judge is asked once about each response. */
  readonly spread?: JudgeSpread;
}

export interface AgreementInput {
  readonly passMark: number;
  readonly responses: readonly RatedResponse[];
  /** Weight, 1 / probability, of each drawn response by its id; empty where nothing was drawn. */
  readonly weights: ReadonlyMap<string, number>;
}

interface Pair {
  readonly response: RatedResponse;
  readonly judge: number;
  readonly people: PeopleVerdict;
}

/** Agreement of a judge with people. Every statistic has its interval, or the reason why there is none. */
export function measureAgreement({ passMark, responses, weights }: AgreementInput): Agreement {
  const pairs = pairUp(responses);
  const drawn = pairs.filter(({ response }) => weights.has(response.responseId));
  const compared = compareScores(drawn.length > 0 ? drawn : pairs, weights);
  const verdicts = (drawn.length > 0 ? drawn : pairs).map(
    ({ response, judge, people }): PairedVerdict => ({
      judgePass: judge >= passMark,
      humanPass: people.score >= passMark,
      weight: weights.get(response.responseId) ?? 1,
    }),
  );
  const accuracy = judgeAccuracy(verdicts, confidence);
  const spread = measureSpread(responses, passMark);
  const everyone = responses.map((response) => peopleVerdict(response));
  return {
    rated: pairs.length,
    ratings: responses.reduce((sum, { ratings }) => sum + ratings.length, 0),
    raters: new Set(responses.flatMap(({ ratings }) => ratings.map(({ raterId }) => raterId))).size,
    withoutVerdict: responses.length - pairs.length,
    ...compared,
    sensitivity: accuracy.sensitivity,
    specificity: accuracy.specificity,
    accuracyOf: drawn.length > 0 ? 'drawn' : 'all',
    alpha: krippendorffAlpha(
      responses.map(({ ratings }) => ratings.map(({ score }) => score)),
      'ordinal',
      confidence,
    ),
    ties: everyone.filter(({ tied }) => tied).length,
    ratedTwice: everyone.filter(({ ratings }) => ratings > 1).length,
    disputed: everyone.filter((people) => people.spread > 0).length,
    ...(spread !== undefined && { spread }),
  };
}

/** The judge's scores against people's: where chances differ, of what the draw stands for, and not of the draw. */
function compareScores(
  pairs: readonly Pair[],
  known: ReadonlyMap<string, number>,
): Pick<Agreement, 'kappa' | 'weightedKappa' | 'spearman' | 'meanAbsoluteError'> {
  const own = pairs.map(({ response }) => known.get(response.responseId) ?? 1);
  const weights = own.every((weight) => weight === own[0]) ? undefined : own;
  const judge = pairs.map((pair) => pair.judge);
  const of = (read: (people: PeopleVerdict) => number) => pairs.map(({ people }) => read(people));
  const scores = of(({ score }) => score);
  const table = tabulateAgreement(judge, scores, overallScores, weights);
  const kappaOf = (weighting: 'plain' | 'quadratic') =>
    table.ok ? cohenKappa(table.table, weighting, confidence, table.squares) : notComputable(table.reason);
  const means = of(({ mean }) => mean);
  return {
    kappa: kappaOf('plain'),
    weightedKappa: kappaOf('quadratic'),
    spearman:
      weights === undefined
        ? spearmanCorrelation(judge, means, confidence)
        : weightedSpearman(judge, means, weights, confidence),
    meanAbsoluteError: meanAbsoluteError(
      judge,
      of(({ median }) => median),
      weights,
    ),
  };
}

function pairUp(responses: readonly RatedResponse[]): Pair[] {
  return responses.flatMap((response) =>
    response.judge?.score === undefined
      ? []
      : [{ response, judge: response.judge.score, people: peopleVerdict(response) }],
  );
}

/** A response on which the judge and people are far apart. */
export interface JudgeMiss {
  readonly response: RatedResponse;
  readonly judge: number;
  readonly people: PeopleVerdict;
}

/** Where the judge is furthest from people: by distance, then where more people speak against it with one voice. */
export function worstMisses(responses: readonly RatedResponse[], count: number): JudgeMiss[] {
  const distance = ({ judge, people }: Pair) => Math.abs(judge - people.median);
  return pairUp(responses)
    .filter((pair) => distance(pair) >= 1)
    .sort(
      (a, b) =>
        distance(b) - distance(a) ||
        a.people.spread - b.people.spread ||
        b.people.ratings - a.people.ratings ||
        compareIds(a.response, b.response),
    )
    .slice(0, count);
}

/** What people agree on least: by the distance of the highest from the lowest rating. */
export function mostDisputed(responses: readonly RatedResponse[], count: number): RatedResponse[] {
  return responses
    .map((response) => ({ response, people: peopleVerdict(response) }))
    .filter(({ people }) => people.spread > 0)
    .sort(
      (a, b) =>
        b.people.spread - a.people.spread ||
        b.people.ratings - a.people.ratings ||
        compareIds(a.response, b.response),
    )
    .slice(0, count)
    .map(({ response }) => response);
}

function compareIds(one: RatedResponse, other: RatedResponse): number {
  return one.responseId < other.responseId ? -1 : 1;
}
