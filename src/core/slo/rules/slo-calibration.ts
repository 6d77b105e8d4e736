import type { JudgedPopulation, VerdictStratum } from '../../statistics/strata.ts';

export type CalibrationState = 'missing' | 'valid' | 'stale' | 'invalid';

/** Rated responses of a day and verdict, as the draw weighs them. */
export interface RatedCount {
  readonly rated: number;
  /** Sum of weights, of their squares, and of the weights of what people passed. */
  readonly weight: number;
  readonly squares: number;
  readonly passedWeight: number;
}

/** Drawn ratings by time and the judge's verdict. */
export interface RatedTimes {
  /** All of them, by day (`2026-11-03`). */
  readonly days: RatedCounts;
  /** Those of the newest days, from a midnight on, by hour (`2026-11-03T09`); absent in calibrations of before. */
  readonly hours?: RatedCounts | undefined;
}

export type RatedCounts = Readonly<
  Record<string, Readonly<Partial<Record<'passed' | 'failed', RatedCount>>>>
>;

/** The correction of the judge as an evaluation needs it. */
export interface SloCalibration {
  readonly state: CalibrationState;
  /** Why it is in this state, in words; what would make it valid. */
  readonly reason: string;
  /** How many ratings it was made of. */
  readonly ratings: number;
  /**
   * The judged responses by verdict and what people said of the rated ones; absent where there is none. Thresholds are
   * kept by this object's identity, so keep it while it is the same.
   */
  readonly population?: JudgedPopulation<VerdictStratum> | undefined;
  /** The responses' times that were rated, epoch milliseconds. */
  readonly rated?: { readonly from: number; readonly to: number } | undefined;
  /** For rates of a window from its own ratings; absent where they are not the SLO's own. */
  readonly times?: RatedTimes | undefined;
  /** Made on the whole surface and lent to a cohort: its rates are corrected by it, but nothing over a ticket starts. */
  readonly borrowed?: boolean | undefined;
}
