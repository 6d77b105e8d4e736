import { measureAgreement } from '../agreement/agreement.ts';
import type { RatedResponse } from '../agreement/rated-response.ts';
import { largest, smallest } from '../extremes.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { sha256 } from '../rubric/content-hash.ts';
import { rateOfVerdicts } from '../slo/rules/human-rate.ts';
import { poolVerdicts } from '../slo/rules/judge-scale.ts';
import { judgeThresholds } from '../statistics/judge-thresholds.ts';
import type { Computed } from '../statistics/outcome.ts';
import type { JudgedPopulation } from '../statistics/strata.ts';
import type { AgreementFigures, Calibration } from './calibration.ts';
import { findDisagreement, findShortfalls, stateOf, unweightedSlope } from './calibration-state.ts';
import { confirmationLasts } from './confirmation-progress.ts';
import { countConfirming, countTimes } from './count-ratings.ts';
import { poolRated } from './pool-batches.ts';
import { findDrawn, ratedPopulation, type SurfaceStratum } from './rated-population.ts';

export interface CalibrateInput {
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  readonly passMark: number;
  readonly fingerprint: string;
  /** Of this surface, rubric version and judge. */
  readonly batches: readonly RatingBatch[];
  readonly responses: readonly RatedResponse[];
  /** Since when the judge scores as it does now: batches of responses from before do not calibrate it. Epoch milliseconds. */
  readonly countsFrom?: number | undefined;
  /** Raters whose ratings are left out of these responses. */
  readonly leftOut?: number | undefined;
  /** The batches were drawn by another judge's verdicts; see `calibrateCarried`. */
  readonly isCarried?: boolean;
}

export type CalibrationDraft = Omit<Calibration, 'number' | 'madeAt'>;

/** Makes a calibration of everything that people rated. Pure: the same inputs give the same calibration. */
export function calibrate(input: CalibrateInput): CalibrationDraft {
  const draft = calibrateOn(input, input.batches);
  const confirming = countConfirming(input);
  if (confirming === undefined) return draft;
  const newest = largest(input.batches.map(({ confirms }) => confirms?.since ?? Number.NEGATIVE_INFINITY));
  const others = input.batches.filter(
    ({ confirms }) => confirms?.freezes !== true || confirms.since <= newest - confirmationLasts,
  );
  if (others.length === input.batches.length) return { ...draft, confirming };
  const { state, reason, wants, ratings, window, population, returnedModel } = calibrateOn(input, others);
  return {
    ...draft,
    confirming,
    frozen: { state, reason, wants, ratings, window, population, returnedModel, since: newest },
  };
}

function calibrateOn(input: CalibrateInput, drawnBatches: readonly RatingBatch[]): CalibrationDraft {
  const { surface, rubric, passMark, fingerprint, leftOut = 0, isCarried = false } = input;
  // Sums of fractions depend on their order in the last digit.
  const responses = [...input.responses].sort((a, b) => (a.responseId < b.responseId ? -1 : 1));
  const since = input.countsFrom ?? Number.NEGATIVE_INFINITY;
  const counting = drawnBatches.filter(({ from }) => from >= since);
  const {
    pooled: batches,
    apart,
    effective,
    returnedModel,
    sameModel,
  } = poolRated(counting, responses, passMark);
  const drawn = findDrawn(batches, sameModel, passMark);
  const weights = new Map(drawn.map(({ response, weight }) => [response.responseId, weight]));
  const agreement = agreementFigures(responses, passMark, weights);
  const population = drawn.length === 0 ? undefined : ratedPopulation(batches, drawn, passMark);
  const slope = population === undefined ? undefined : slopeOf(population);
  const wants = [
    ...findShortfalls(population, counting, isCarried),
    ...(population === undefined
      ? findDisagreement(unweightedSlope(agreement), agreement.rated)
      : findDisagreement(slope, drawn.length)),
  ];
  const rate = population === undefined ? undefined : rateWhenRated(population);
  return {
    surface,
    rubric,
    passMark,
    fingerprint,
    returnedModel,
    ...stateOf({ drawn: drawn.length, effective, rated: responses.length, agreement, wants, apart, leftOut }),
    wants,
    ratings: drawn.length,
    window:
      batches.length === 0
        ? undefined
        : {
            from: smallest(batches.map(({ from }) => from)),
            to: largest(batches.map(({ to }) => to)),
          },
    population,
    rate,
    slope,
    agreement,
    batches: batches.map(({ id }) => id).sort(),
    inputs: digestInputs(responses, batches, passMark),
    ...countTimes(drawn, passMark),
  };
}

/** The pass rate of the very time that people rated. */
function rateWhenRated(population: JudgedPopulation<SurfaceStratum>): Calibration['rate'] {
  const verdicts = poolVerdicts(population);
  const { judgeFailed, judgePassed } = verdicts;
  const judged = judgeFailed.judged + judgePassed.judged;
  const events = population.effectiveJudged ?? judged;
  const passes = judgeFailed.judged === 0 ? events : (events * judgePassed.judged) / judged;
  return rateOfVerdicts(verdicts, { passes, events }) ?? undefined;
}

/** The slope does not depend on the objective; .9 is any. 0 where the judge passes bad responses as often as good ones. */
function slopeOf(population: JudgedPopulation<SurfaceStratum>): number | undefined {
  const thresholds = judgeThresholds(population, 0.9);
  if (thresholds.ok) return thresholds.slope;
  return population.strata.every(({ rated }) => rated > 0) ? 0 : undefined;
}

function agreementFigures(
  responses: readonly RatedResponse[],
  passMark: number,
  weights: ReadonlyMap<string, number>,
): AgreementFigures {
  const agreement = measureAgreement({ passMark, responses, weights });
  return {
    rated: agreement.rated,
    ratings: agreement.ratings,
    raters: agreement.raters,
    withoutVerdict: agreement.withoutVerdict,
    kappa: estimateOf(agreement.kappa),
    weightedKappa: estimateOf(agreement.weightedKappa),
    spearman: estimateOf(agreement.spearman),
    alpha: estimateOf(agreement.alpha),
    sensitivity: estimateOf(agreement.sensitivity),
    specificity: estimateOf(agreement.specificity),
    mae: estimateOf(agreement.meanAbsoluteError),
    ...(agreement.accuracyOf === 'drawn' && { weighted: true as const }),
  };
}

function estimateOf(statistic: Computed<{ estimate: number }>): number | null {
  return statistic.ok ? statistic.estimate : null;
}

function digestInputs(
  responses: readonly RatedResponse[],
  batches: readonly RatingBatch[],
  passMark: number,
): string {
  const rows = responses
    .map(({ responseId, ratings, judge, drawnAs }) => [
      responseId,
      judge?.score ?? null,
      ratings.map(({ raterId, score }) => `${raterId}:${score}`).sort(),
      ...(drawnAs === undefined ? [] : [drawnAs.score]),
    ])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return sha256({ rows, batches: batches.map(({ id }) => id).sort(), passMark });
}
