import type { RecentReading } from './candidate.ts';
import type { Counts, WeighedCounts } from './count-series.ts';

/** A rate that people's ratings correct, with its 95% interval; ratios in [0, 1]. */
export interface RateEstimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Absent where people's own verdicts are the rate. */
  readonly basis?: RateBasis | undefined;
}

/**
 * What a corrected rate rests on. `calibration`: ratings of an earlier time, which leave two readings of the window.
 * `window`: at least 50 drawn ratings of the window's own days, which need none.
 */
export interface RateBasis {
  readonly kind: 'calibration' | 'window';
  readonly ratings: number;
  /** The rate if the judge errs as it did when people rated; null where it tells too little. */
  readonly steadyJudge: number | null;
  /** The rate if what people say of each verdict is as it was, and only the mix of responses moved. */
  readonly steadyShares: number;
}

/** One window of a row. */
export interface WindowReading extends Counts {
  /** Milliseconds. */
  readonly width: number;
  /** Bad share over budget, calibrated where the SLO is; null without events. */
  readonly burn: number | null;
  /** What the events count as evidence; present where some were zoomed. */
  readonly evidence?: WeighedCounts | undefined;
}

/** One alert row, read. */
export interface RowReading {
  /** Burn at which it fires. */
  readonly bound: number;
  readonly long: WindowReading;
  readonly short: WindowReading | null;
  /** ln p of the exact test of the objective on the long window; null without events. */
  readonly logP: number | null;
  /** What p is held against. */
  readonly alpha: number;
  /** Rates are the judge's own, for no valid calibration corrects them. */
  readonly uncalibrated: boolean;
  /** The least of the burns over the bound, ln p / ln alpha and n / 50. */
  readonly pressure: number;
  /** See {@link RecentReading}; undefined where no alarm of the row stands, and with fewer than 50 events. */
  readonly recent?: RecentReading | undefined;
  /** What a standing alarm is held against: its burns over the bound, on 50 events at least; else the pressure. */
  readonly standing: number;
  /** Both windows hold events. */
  readonly measured: boolean;
  /** The budget of a longer time, where the row looks at one as well. */
  readonly spent?: RowReading | undefined;
}

/** A regression detector, read. */
export interface DetectorReport {
  /** The pass rate under which evidence grows (m), on the scale of what is counted. */
  readonly threshold: number;
  /** M. */
  readonly statistic: number;
  readonly firesAt: number;
  readonly pressure: number;
}

/** A kind of change, read: the window against its baseline. */
export interface ChangeReading {
  readonly value: number;
  readonly baseline: number;
  /** Change over the change that is allowed. */
  readonly ofBound: number;
  readonly logP: number;
  readonly alpha: number;
  readonly pressure: number;
}
