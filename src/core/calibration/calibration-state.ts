import { countOf } from '../count-of.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { apportion, verdictShares } from '../rating/draw.ts';
import type { JudgedPopulation } from '../statistics/strata.ts';
import type { AgreementFigures, Calibration, CalibrationShortfall } from './calibration.ts';
import type { ApartBatch } from './pool-batches.ts';
import { leastRatingsOfStratum, type SurfaceStratum } from './rated-population.ts';

/** Effective ratings of drawn responses that a valid calibration wants. */
export const leastRatings = 200;

/**
 * The least sensitivity + specificity - 1, measured at the pass mark and weighted by the draw, of a valid calibration.
 * It is how far the judge's rate moves when the true rate moves by 1, so under it alarms cannot work however many the
 * ratings: by `bench/calibration/floors.ts` (200 ratings, a drop from .945 to .80 against .92, 10,000 judged a day) a
 * judge of .68 pages after 2 h in the median, one of .50 after 8 h, one of .40 after 42 h and in 31% of calibrations
 * never, one of .30 in 79% never. Measured by 200 ratings a judge of .68 comes out over .45 in 95% of calibrations.
 */
export const leastSlope = 0.45;

/** Sensitivity + specificity - 1 of the ratings as they came, for want of a draw; undefined where it is not computable. */
export function unweightedSlope({ sensitivity, specificity }: AgreementFigures): number | undefined {
  return sensitivity === null || specificity === null ? undefined : sensitivity + specificity - 1;
}

/** What is lacking in agreement; nothing is said of it under a quarter of the ratings that are wanted. */
export function findDisagreement(slope: number | undefined, rated: number): CalibrationShortfall[] {
  if (rated < leastRatings / 4 || (slope !== undefined && slope >= leastSlope)) return [];
  return [{ kind: 'agreement', measured: slope ?? null, wanted: leastSlope }];
}

/** Of 200 ratings so many may be lost to unlike weights, as where two draws overlap, before more are asked for. */
const lostToWeights = 10;

/**
 * Carried ratings weigh unlike within a verdict, as the earlier judge drew them: 200 of them are worth 160, and 15 to 30 of a
 * verdict that a 20th has. Thresholds are as much wider, so this share of what is wanted of effective ones is enough.
 */
const carriedShare = 0.5;

/**
 * What is lacking in draws and ratings, counted as effective ones: none where there are enough of each verdict and in
 * all. What is missing in all goes where a draw would take it from, a third to what the judge failed.
 */
export function findShortfalls(
  population: JudgedPopulation<SurfaceStratum> | undefined,
  batches: readonly RatingBatch[],
  isCarried = false,
): CalibrationShortfall[] {
  if (batches.length === 0) return [{ kind: 'draw' }];
  if (population === undefined) return [{ kind: 'ratings', verdict: 'any', more: leastRatings }];
  const share = isCarried ? carriedShare : 1;
  const verdicts = ([false, true] as const).flatMap((judgePass, place) => {
    const own = population.strata.filter((stratum) => stratum.judgePass === judgePass && stratum.judged > 0);
    if (own.length === 0) return [];
    const lacking = own.reduce(
      (sum, { rated }) => sum + Math.max(0, share * leastRatingsOfStratum - rated),
      0,
    );
    const rated = own.reduce((sum, stratum) => sum + stratum.rated, 0);
    return [{ judgePass, rated, lacking: Math.ceil(lacking), share: verdictShares[place] ?? 1 }];
  });
  const rated = verdicts.reduce((sum, each) => sum + each.rated, 0);
  const shares = verdicts.reduce((sum, { share }) => sum + share, 0);
  const responses = population.strata.reduce((sum, stratum) => sum + stratum.responses, 0);
  const isWorthIt = isCarried
    ? // Of a few the new judge may have no verdict.
      responses >= leastRatings - lostToWeights && rated >= share * leastRatings
    : responses >= leastRatings && rated >= leastRatings - lostToWeights;
  const short = isCarried
    ? Math.max(leastRatings - responses, share * leastRatings - rated)
    : leastRatings - rated;
  const missing = isWorthIt ? 0 : Math.ceil(short);
  const left = missing - verdicts.reduce((sum, { lacking }) => sum + lacking, 0);
  const behind = verdicts.map((each) =>
    Math.max(0, Math.round((leastRatings * each.share) / shares - each.rated) - each.lacking),
  );
  const more = apportion(Math.max(0, left), behind, behind);
  return verdicts.flatMap(({ judgePass, lacking }, place) => {
    const wanted = lacking + (more[place] ?? 0);
    return wanted > 0
      ? [
          {
            kind: 'ratings' as const,
            verdict: judgePass ? ('passed' as const) : ('failed' as const),
            more: wanted,
          },
        ]
      : [];
  });
}

/** What a calibration's state is told from. */
export interface StateSigns {
  /** Drawn and rated responses that calibrate. */
  readonly drawn: number;
  /** What they are worth. */
  readonly effective: number;
  /** All rated responses. */
  readonly rated: number;
  readonly agreement: AgreementFigures;
  readonly wants: readonly CalibrationShortfall[];
  readonly apart: readonly ApartBatch[];
  /** Raters who do not count. */
  readonly leftOut: number;
}

/** The state that ratings and what they lack make of a calibration, and why. */
export function stateOf(signs: StateSigns): Pick<Calibration, 'state' | 'reason'> {
  const { state, reason } = stateOfPool(signs);
  const apart = signs.apart.map((batch) => `; ${describeApart(batch, signs.effective)}`).join('');
  return { state, reason: `${reason}${apart}${describeLeftOut(signs)}` };
}

/** `batch chat-2 (20 ratings) is kept apart: with it all would say as much as 23 ratings, without it as 200` */
export function describeApart({ batch, ratings, effectiveTogether }: ApartBatch, effective: number): string {
  return `batch ${batch} (${countOf(ratings, 'rating')}) is kept apart: with it all would say as much as ${countOf(Math.round(effectiveTogether), 'rating')}, without it as ${Math.round(effective)}`;
}

/** Without names: a reason goes where raters need not be known. */
function describeLeftOut({ leftOut }: StateSigns): string {
  if (leftOut === 0) return '';
  return `; ${leftOut} ${leftOut === 1 ? 'rater is' : 'raters are'} left out (assay ratings leave-out)`;
}

function stateOfPool({
  drawn,
  effective,
  rated,
  agreement,
  wants,
}: StateSigns): Pick<Calibration, 'state' | 'reason'> {
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
  const worth = Math.round(effective) < drawn ? `, worth ${Math.floor(effective)} of one weight` : '';
  if (wants.length === 0) return { state: 'valid', reason: `${drawn} drawn and rated responses${worth}` };
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
    reason: `${drawn} drawn and rated responses${worth} are too few, or too few of one verdict (wanted: ${leastRatings}, ${leastRatingsOfStratum} of each)`,
  };
}
