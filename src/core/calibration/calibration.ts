import type { RatedTimes } from '../slo/rules/slo-calibration.ts';
import type { Interval } from '../statistics/outcome.ts';
import type { JudgedPopulation } from '../statistics/strata.ts';
import type { SurfaceStratum } from './rated-population.ts';

/** What is lacking for a calibration to be valid. */
export type CalibrationShortfall =
  /** So many more drawn and rated responses of a verdict. */
  | { readonly kind: 'ratings'; readonly verdict: 'passed' | 'failed' | 'any'; readonly more: number }
  /** Judge and people must agree better. */
  | { readonly kind: 'agreement'; readonly measured: number | null; readonly wanted: number }
  /** A draw, for ratings without one cannot be weighed. */
  | { readonly kind: 'draw' };

/** Statistics as they are kept: null where they are not computable. */
export interface AgreementFigures {
  readonly rated: number;
  readonly ratings: number;
  readonly raters: number;
  readonly withoutVerdict: number;
  readonly kappa: number | null;
  readonly weightedKappa: number | null;
  readonly spearman: number | null;
  readonly alpha: number | null;
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  readonly mae: number | null;
  /** The judge against people is of drawn responses, weighted by the draw; of calibrations from before it was, absent. */
  readonly weighted?: true | undefined;
}

/** What people said of batches that were drawn to confirm a warning: by batch and the judge's score. */
export type ConfirmingCounts = Readonly<
  Record<string, Readonly<Record<number, { readonly rated: number; readonly failed: number }>>>
>;

/**
 * The correction of one judge by people, for one surface: plain JSON, one numbered version, with everything that it was
 * made of. It is never changed; time and the judge's changes are looked at when it is used.
 */
export interface Calibration extends RatedTimes {
  /** Counts up from 1 for this surface, rubric version and judge. */
  readonly number: number;
  /** Epoch milliseconds of the upload that made it. */
  readonly madeAt: number;
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  readonly passMark: number;
  readonly fingerprint: string;
  readonly returnedModel: string | undefined;
  /** What its own ratings make of it; `stale` and changes of the judge come from outside. */
  readonly state: 'missing' | 'valid' | 'invalid';
  readonly reason: string;
  readonly wants: readonly CalibrationShortfall[];
  /** Drawn and rated responses. */
  readonly ratings: number;
  /** The responses' times that the draws cover, epoch milliseconds. */
  readonly window: { readonly from: number; readonly to: number } | undefined;
  readonly population: JudgedPopulation<SurfaceStratum> | undefined;
  /** The window's pass rate as people would have it, 95%. */
  readonly rate: (Interval & { readonly value: number }) | undefined;
  /** Sensitivity + specificity - 1, weighted by the draw: points of the judge's rate per point of the true rate. */
  readonly slope: number | undefined;
  readonly agreement: AgreementFigures;
  readonly batches: readonly string[];
  /** SHA-256 over every rating and verdict it was made of. */
  readonly inputs: string;
  readonly confirming?: ConfirmingCounts | undefined;
  /** The same without the newest warning's own batches: what is used while people are being asked about that warning. */
  readonly frozen?: FrozenCalibration | undefined;
  /** Where its ratings were carried from; absent where they are of this version and judge. */
  readonly carried?: CarriedFrom | undefined;
}

/** Where carried ratings come from: what was rated, whose verdicts decided what was drawn, and why they count here. */
export interface CarriedFrom {
  readonly rubric: { readonly id: string; readonly version: number };
  readonly fingerprint: string;
  readonly reason: string;
}

export interface FrozenCalibration
  extends Pick<
    Calibration,
    'state' | 'reason' | 'wants' | 'ratings' | 'window' | 'population' | 'returnedModel'
  > {
  /** When the newest warning began that people were asked about, epoch milliseconds. */
  readonly since: number;
}

/** `chat/helpfulness@1 (3f2a9c0d1e2f)`: which judge of what. */
export function calibrationName({
  surface,
  rubric,
  fingerprint,
}: Pick<Calibration, 'surface' | 'rubric' | 'fingerprint'>): string {
  return `${surface}/${rubric.id}@${rubric.version} (${fingerprint})`;
}

/** A want in words: "40 more ratings of judge-failed responses". */
export function describeShortfall(want: CalibrationShortfall): string {
  switch (want.kind) {
    case 'ratings': {
      const of = want.verdict === 'any' ? 'drawn' : `judge-${want.verdict}`;
      return `${want.more} more rating${want.more === 1 ? '' : 's'} of ${of} responses`;
    }
    case 'agreement':
      return want.measured === null
        ? 'a judge whose agreement with people can be measured: ratings of good and of bad responses'
        : `a judge that agrees better with people (sensitivity + specificity - 1 is ${want.measured.toFixed(2)}, wanted ${want.wanted.toFixed(2)}): sharpen the rubric or change the judge`;
    case 'draw':
      return 'a drawn batch ("assay ratings draw"), for ratings that people chose themselves cannot be weighed';
  }
}
