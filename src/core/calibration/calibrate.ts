import { measureAgreement } from '../agreement/agreement.ts';
import { peopleVerdict, type RatedResponse } from '../agreement/rated-response.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { sha256 } from '../rubric/content-hash.ts';
import { judgeThresholds } from '../statistics/judge-thresholds.ts';
import type { Computed } from '../statistics/outcome.ts';
import { postStratifiedRate } from '../statistics/post-stratified.ts';
import type { JudgedPopulation } from '../statistics/strata.ts';
import { day, dayKey } from '../time.ts';
import type {
  AgreementFigures,
  Calibration,
  CalibrationWant,
  ConfirmingCounts,
  RatedCount,
} from './calibration.ts';
import { confirmationLasts } from './confirmation-progress.ts';
import {
  type DrawnResponse,
  findDrawn,
  leastRatingsOfStratum,
  ratedPopulation,
  type SurfaceStratum,
} from './rated-population.ts';

/** Drawn and rated responses that a valid calibration wants. */
export const leastRatings = 200;

/**
 * The least sensitivity + specificity - 1, measured at the pass mark and weighted by the draw, of a valid calibration.
 * It is how far the judge's rate moves when the true rate moves by 1, so under it alarms cannot work however many the
 * ratings: by `bench/calibration-floors.ts` (200 ratings, a drop from .945 to .80 against .92, 10,000 judged a day) a
 * judge of .68 pages after 2 h in the median, one of .50 after 8 h, one of .40 after 42 h and in 31% of calibrations
 * never, one of .30 in 79% never. Measured by 200 ratings a judge of .68 comes out over .45 in 95% of calibrations.
 */
export const leastSlope = 0.45;

/** Batches whose responses are older than this, before the newest one's, no longer count: the judge's errors drift. */
const batchMemory = 60 * day;

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
}

export type CalibrationDraft = Omit<Calibration, 'number' | 'madeAt'>;

/** Makes a calibration of everything that people rated. Pure: the same inputs give the same calibration. */
export function calibrate(input: CalibrateInput): CalibrationDraft {
  const draft = calibrateOn(input, input.batches);
  const confirming = countConfirming(input);
  if (confirming === undefined) return draft;
  const newest = Math.max(
    ...input.batches.map(({ confirms }) => confirms?.since ?? Number.NEGATIVE_INFINITY),
  );
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

function countConfirming({ batches, responses, passMark }: CalibrateInput): ConfirmingCounts | undefined {
  const asked = batches.filter(({ confirms }) => confirms !== undefined);
  if (asked.length === 0) return undefined;
  const byId = new Map(responses.map((response) => [response.responseId, response]));
  const countBatch = ({ responseIds }: RatingBatch) => {
    const counts: Record<number, { rated: number; failed: number }> = {};
    for (const response of responseIds.flatMap((id) => byId.get(id) ?? [])) {
      const score = response.judge?.score;
      if (score === undefined) continue;
      const { rated, failed } = counts[score] ?? { rated: 0, failed: 0 };
      const fails = peopleVerdict(response).score < passMark;
      counts[score] = { rated: rated + 1, failed: failed + (fails ? 1 : 0) };
    }
    return counts;
  };
  return Object.fromEntries(asked.map((batch) => [batch.id, countBatch(batch)]));
}

function calibrateOn(input: CalibrateInput, drawnBatches: readonly RatingBatch[]): CalibrationDraft {
  const { surface, rubric, passMark, fingerprint } = input;
  // Sums of fractions depend on their order in the last digit.
  const responses = [...input.responses].sort((a, b) => (a.responseId < b.responseId ? -1 : 1));
  const since = input.countsFrom ?? Number.NEGATIVE_INFINITY;
  const counting = drawnBatches.filter(({ from }) => from >= since);
  const batches = usableBatches(counting.flatMap((batch) => ratedPart(batch, responses) ?? []));
  const returnedModel = newestBatch(batches)?.returnedModel;
  const sameModel = responses.filter(
    ({ judge }) =>
      returnedModel === undefined ||
      judge?.returnedModel === undefined ||
      judge.returnedModel === returnedModel,
  );
  const drawn = findDrawn(batches, sameModel, passMark);
  const weights = new Map(drawn.map(({ response, weight }) => [response.responseId, weight]));
  const agreement = figures(responses, passMark, weights);
  const population = drawn.length === 0 ? undefined : ratedPopulation(batches, drawn, passMark);
  const slope = population === undefined ? undefined : slopeOf(population);
  const wants = [
    ...findShortfalls(population, counting, drawn.length),
    ...(population === undefined
      ? findDisagreement(roughSlope(agreement), agreement.rated)
      : findDisagreement(slope, drawn.length)),
  ];
  const rate = population === undefined ? undefined : postStratifiedRate(population, 0.95);
  return {
    surface,
    rubric,
    passMark,
    fingerprint,
    returnedModel,
    ...judgeState(drawn.length, responses.length, agreement, wants),
    wants,
    ratings: drawn.length,
    window:
      batches.length === 0
        ? undefined
        : {
            from: Math.min(...batches.map(({ from }) => from)),
            to: Math.max(...batches.map(({ to }) => to)),
          },
    population,
    rate: rate?.ok === true ? { value: rate.estimate, lower: rate.lower, upper: rate.upper } : undefined,
    slope,
    agreement,
    batches: batches.map(({ id }) => id).sort(),
    inputs: digest(responses, batches, passMark),
    days: countDays(drawn, passMark),
  };
}

function newestBatch(batches: readonly RatingBatch[]): RatingBatch | undefined {
  return [...batches].sort((a, b) => b.drawnAt - a.drawnAt)[0];
}

/**
 * A batch as far as people have answered it: what they left unrated was as good as not drawn, so that a batch which
 * nobody touched moves neither weights nor shares. Undefined where none of it is rated.
 */
function ratedPart(batch: RatingBatch, responses: readonly RatedResponse[]): RatingBatch | undefined {
  const ids = new Set(batch.responseIds);
  const rated = new Map<number, number>();
  for (const { responseId, judge } of responses)
    if (judge?.score !== undefined && ids.has(responseId))
      rated.set(judge.score, (rated.get(judge.score) ?? 0) + 1);
  if (rated.size === 0) return undefined;
  const cells = batch.cells.map((cell) => {
    const answered = Math.min(cell.drawn, rated.get(cell.score) ?? 0);
    return { ...cell, drawn: answered, probability: answered / cell.judged };
  });
  return { ...batch, cells };
}

/** Batches of the model that answers now and of the last two months. */
function usableBatches(batches: readonly RatingBatch[]): RatingBatch[] {
  const newest = newestBatch(batches);
  if (newest === undefined) return [];
  const end = Math.max(...batches.map(({ to }) => to));
  return batches.filter(
    ({ returnedModel, to }) => returnedModel === newest.returnedModel && to > end - batchMemory,
  );
}

/** The slope does not depend on the objective; .9 is any. 0 where the judge passes bad responses as often as good ones. */
function slopeOf(population: JudgedPopulation<SurfaceStratum>): number | undefined {
  const thresholds = judgeThresholds(population, 0.9);
  if (thresholds.ok) return thresholds.slope;
  return population.strata.every(({ rated }) => rated > 0) ? 0 : undefined;
}

/** Without a draw: of the ratings as they came. */
function roughSlope({ sensitivity, specificity }: AgreementFigures): number | undefined {
  return sensitivity === null || specificity === null ? undefined : sensitivity + specificity - 1;
}

function findDisagreement(slope: number | undefined, rated: number): CalibrationWant[] {
  if (rated < leastRatings / 4 || (slope !== undefined && slope >= leastSlope)) return [];
  return [{ kind: 'agreement', measured: slope ?? null, wanted: leastSlope }];
}

function findShortfalls(
  population: JudgedPopulation<SurfaceStratum> | undefined,
  batches: readonly RatingBatch[],
  drawn: number,
): CalibrationWant[] {
  if (batches.length === 0) return [{ kind: 'draw' }];
  if (population === undefined) return [{ kind: 'ratings', verdict: 'any', more: leastRatings }];
  const wants: CalibrationWant[] = [];
  const verdicts = ([false, true] as const).flatMap((judgePass) => {
    const own = population.strata.filter((stratum) => stratum.judgePass === judgePass && stratum.judged > 0);
    if (own.length === 0) return [];
    const lacking = own.reduce(
      (sum, { responses }) => sum + Math.max(0, leastRatingsOfStratum - responses),
      0,
    );
    return [{ judgePass, rated: own.reduce((sum, { responses }) => sum + responses, 0), lacking }];
  });
  const missing = Math.max(0, leastRatings - drawn);
  let left = Math.max(0, missing - verdicts.reduce((sum, { lacking }) => sum + lacking, 0));
  // What is missing in all goes to the verdict that has fewer, for balance is what narrows the interval.
  const byRated = [...verdicts].sort((a, b) => a.rated + a.lacking - b.rated - b.lacking);
  for (const [place, { judgePass, rated, lacking }] of byRated.entries()) {
    const other = byRated[1 - place];
    const behind = other === undefined ? left : Math.max(0, other.rated + other.lacking - rated - lacking);
    const extra =
      place === 0 ? Math.min(left, behind + Math.ceil(Math.max(0, left - behind) / byRated.length)) : left;
    left -= extra;
    if (lacking + extra > 0)
      wants.push({ kind: 'ratings', verdict: judgePass ? 'passed' : 'failed', more: lacking + extra });
  }
  return wants;
}

function judgeState(
  drawn: number,
  rated: number,
  agreement: AgreementFigures,
  wants: readonly CalibrationWant[],
): Pick<Calibration, 'state' | 'reason'> {
  const low = wants.find((want) => want.kind === 'agreement');
  if (low !== undefined) {
    const kappa = agreement.kappa === null ? 'not computable' : agreement.kappa.toFixed(2);
    return {
      state: 'invalid',
      reason:
        low.measured === null
          ? `its agreement with people cannot be measured by ratings of this mix (kappa ${kappa})`
          : `the judge agrees too little with people: sensitivity + specificity - 1 is ${low.measured.toFixed(2)}, under ${low.wanted.toFixed(2)} (kappa ${kappa})`,
    };
  }
  if (wants.length === 0) return { state: 'valid', reason: `${drawn} drawn and rated responses` };
  if (drawn === 0)
    return {
      state: 'missing',
      reason:
        rated === 0
          ? 'no ratings yet'
          : `none of the ${rated} rated responses was drawn, so they serve agreement only`,
    };
  return {
    state: 'missing',
    reason: `${drawn} drawn and rated responses are too few, or too few of one verdict (wanted: ${leastRatings}, ${leastRatingsOfStratum} of each)`,
  };
}

function figures(
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
  };
}

function estimateOf(statistic: Computed<{ estimate: number }>): number | null {
  return statistic.ok ? statistic.estimate : null;
}

function digest(
  responses: readonly RatedResponse[],
  batches: readonly RatingBatch[],
  passMark: number,
): string {
  const rows = responses
    .map(({ responseId, ratings, judge }) => [
      responseId,
      judge?.score ?? null,
      ratings.map(({ raterId, score }) => `${raterId}:${score}`).sort(),
    ])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return sha256({ rows, batches: batches.map(({ id }) => id).sort(), passMark });
}

function countDays(drawn: readonly DrawnResponse[], passMark: number): Calibration['days'] {
  const days: Record<string, Partial<Record<'passed' | 'failed', RatedCount>>> = {};
  for (const { response, judgeScore, humanPass, weight } of drawn) {
    const key = dayKey(response.at);
    const verdict = judgeScore >= passMark ? 'passed' : 'failed';
    days[key] ??= {};
    const known = days[key][verdict] ?? { rated: 0, weight: 0, squares: 0, passedWeight: 0 };
    days[key][verdict] = {
      rated: known.rated + 1,
      weight: known.weight + weight,
      squares: known.squares + weight * weight,
      passedWeight: known.passedWeight + (humanPass ? weight : 0),
    };
  }
  return days;
}
