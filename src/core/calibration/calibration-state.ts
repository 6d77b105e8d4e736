import type { RatingBatch } from '../rating/batch.ts';
import type { JudgedPopulation } from '../statistics/strata.ts';
import type { AgreementFigures, Calibration, CalibrationShortfall } from './calibration.ts';
import { leastRatingsOfStratum, type SurfaceStratum } from './rated-population.ts';

/** Drawn and rated responses that a valid calibration wants. */
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

/** What is lacking in draws and ratings: none where there are enough of each verdict and in all. */
export function findShortfalls(
  population: JudgedPopulation<SurfaceStratum> | undefined,
  batches: readonly RatingBatch[],
  drawn: number,
): CalibrationShortfall[] {
  if (batches.length === 0) return [{ kind: 'draw' }];
  if (population === undefined) return [{ kind: 'ratings', verdict: 'any', more: leastRatings }];
  const wants: CalibrationShortfall[] = [];
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

/** The state that ratings and what they lack make of a calibration, and why. */
export function stateOf(
  drawn: number,
  rated: number,
  agreement: AgreementFigures,
  wants: readonly CalibrationShortfall[],
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
