import type { AgreementFigures, Calibration } from './calibration.ts';
import { calibrationName } from './calibration.ts';
import { unweightedSlope } from './calibration-state.ts';

/** Agreement that a file of ratings makes worse. */
export interface AgreementFall {
  /** Of people among themselves, or of the judge with people. */
  readonly of: 'raters' | 'judge';
  /** Which judge of what. */
  readonly calibration: string;
  /** Krippendorff's alpha of the raters; sensitivity + specificity - 1, else weighted kappa, of the judge. Null of raters whose agreement was never measured. */
  readonly before: number | null;
  readonly after: number;
}

/** A fall of this much is told; figures of a few hundred ratings move by less with any new batch. */
const sharpFall = 0.15;

/** Raters whose agreement was never measured are told of under this, hardly better than chance, and from so many ratings on. */
const leastAlpha = 0.2;
const leastRatings = 20;
/** Ratings beside the first of a response: of fewer, their agreement is chance. */
const leastSecond = 5;

/** How far ratings made agreement fall, sharply, of a judge's calibrations before and after them. */
export function findFalls(before: Calibration | undefined, after: Calibration): AgreementFall[] {
  const calibration = calibrationName(after);
  const [alpha, alphaBefore] = [after.agreement.alpha, before?.agreement.alpha ?? null];
  const falls: AgreementFall[] = [];
  const second = after.agreement.ratings - after.agreement.rated;
  const isLow = alphaBefore === null && after.agreement.ratings >= leastRatings;
  if (
    alpha !== null &&
    second >= leastSecond &&
    (isLow ? alpha < leastAlpha : (alphaBefore ?? alpha) - alpha >= sharpFall)
  )
    falls.push({ of: 'raters', calibration, before: alphaBefore, after: alpha });
  const judge = judgeFall(before, after);
  if (judge !== undefined) falls.push({ of: 'judge', calibration, ...judge });
  return falls;
}

function judgeFall(
  before: Calibration | undefined,
  after: Calibration,
): { before: number; after: number } | undefined {
  if (before === undefined) return undefined;
  // Of a draw and of all as they came are two figures, not one that fell.
  const isAlike = before.agreement.weighted === after.agreement.weighted;
  const kappaOf = ({ agreement }: Calibration) => (isAlike ? agreement.weightedKappa : null);
  for (const figure of [slopeOf, kappaOf]) {
    const [was, is] = [figure(before), figure(after)];
    if (was !== null && is !== null && was - is >= sharpFall) return { before: was, after: is };
  }
  return undefined;
}

function slopeOf({
  slope,
  agreement,
}: {
  slope: number | undefined;
  agreement: AgreementFigures;
}): number | null {
  return slope ?? unweightedSlope(agreement) ?? null;
}

/** A fall in words. */
export function describeFall({ of, calibration, before, after }: AgreementFall): string {
  if (before === null)
    return `People hardly agree among themselves on these ratings: ordinal alpha of ${calibration} is ${after.toFixed(2)} (1 is always, 0 no better than chance).`;
  const who = of === 'raters' ? 'People agree less among themselves' : 'The judge agrees less with people';
  const figure = of === 'raters' ? 'ordinal alpha' : 'agreement';
  return `${who} with these ratings: ${figure} of ${calibration} was ${before.toFixed(2)} and is ${after.toFixed(2)}.`;
}
