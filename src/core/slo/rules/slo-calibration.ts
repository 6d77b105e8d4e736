import type { JudgedPopulation, VerdictStratum } from '../../statistics/strata.ts';

export type CalibrationState = 'missing' | 'valid' | 'stale' | 'invalid';

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
  /** Made on the whole surface and lent to a cohort: its rates are corrected by it, but nothing over a ticket starts. */
  readonly borrowed?: boolean | undefined;
}
