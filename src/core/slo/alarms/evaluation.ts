import type { Severity } from '../../names.ts';
import type { JudgedPopulation, VerdictStratum } from '../../statistics/strata.ts';
import type { Slo } from '../definition/slo.ts';
import type { CountSeries, Counts } from '../rules/count-series.ts';
import type { SloState } from './state.ts';

/** What goes into the evaluation of an SLO and what comes out. */

/** What was measured, as the kind of the SLI wants it. */
export type Measurement =
  /** Every ratio: good events out of all. `median-multiple` says how many days its median comes from. */
  | { readonly kind: 'counts'; readonly series: CountSeries; readonly baselineDays?: number | undefined }
  | RefusalMeasurement
  | QuantileMeasurement
  | MeanMeasurement;

/** Refusals in the SLO's window and in its baseline, each out of all responses. */
export interface RefusalMeasurement {
  readonly kind: 'refusals';
  readonly window: { readonly refused: number; readonly total: number };
  readonly baseline: { readonly refused: number; readonly total: number; readonly days: number };
}

/** A quantile in the window and in the baseline, from histograms. Values in the field's unit. */
export interface QuantileMeasurement {
  readonly kind: 'quantile';
  readonly window: {
    readonly value: number;
    readonly total: number;
    /** Events over `times` x the baseline's quantile. */
    readonly over: number;
  };
  readonly baseline: { readonly value: number; readonly total: number; readonly days: number };
}

/** The window's mean and the means of the baseline's days, days without events left out. */
export interface MeanMeasurement {
  readonly kind: 'mean';
  readonly window: { readonly mean: number; readonly total: number; readonly days: number };
  readonly dailyMeans: readonly number[];
}

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

/** What the evaluation has to know besides the counts. Everything absent is unknown or does not apply. */
export interface SloContext {
  /** At least 1; what event counts are divided by before any test, for they are not independent. */
  readonly designEffect?: number | undefined;
  /** Share of judged work that ended unjudgeable or shed, in the SLO's window, 0 to 1. */
  readonly unjudgeableShare?: number | undefined;
  /** Why the judge cannot be trusted now (its circuit is open, say); absent while it is healthy. */
  readonly judgeUnhealthy?: string | undefined;
  /** When the rubric's version last changed. */
  readonly rubricChangedAt?: number | undefined;
  /** The surface's present release and when it was first seen. */
  readonly release?: { readonly id: string; readonly at: number } | undefined;
  /** When `assay rollback clear` was last given. */
  readonly rollbackClearedAt?: number | undefined;
  /** The anchor set: absent where there is none, so that nothing waits for it. */
  readonly anchors?:
    | { readonly state: 'pending' }
    | { readonly state: 'steady' | 'moved'; readonly at: number }
    | undefined;
  /** Evidence of the ratings drawn since the warning (E, 1 at its start). */
  readonly confirmation?: { readonly evidence: number; readonly ratings: number } | undefined;
  /** Events of this SLI that a day is expected to bring. */
  readonly expectedPerDay?: number | undefined;
  /** The post-stratified rate of the window, where people rate and nothing needs correcting. */
  readonly estimate?: RateEstimate | undefined;
}

export interface RateEstimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

export interface SloInput {
  readonly slo: Slo;
  readonly measurement: Measurement;
  /** Of an SLO with `calibration: required`; absent means missing. */
  readonly calibration?: SloCalibration | undefined;
  /** State of the tick before; absent at the first. */
  readonly previous?: SloState | undefined;
  /** The tick, epoch milliseconds. */
  readonly now: number;
  readonly context?: SloContext | undefined;
}

/** One window of a row. */
export interface WindowReading extends Counts {
  /** Milliseconds. */
  readonly width: number;
  /** Bad share over budget, calibrated where the SLO is; null without events. */
  readonly burn: number | null;
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
  /** What a standing alarm is held against: its burns over the bound, on 50 events at least; else the pressure. */
  readonly standing: number;
  /** Both windows hold events. */
  readonly measured: boolean;
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

export interface Transition {
  readonly at: number;
  readonly slo: string;
  readonly surface: string;
  readonly severity: Severity;
  readonly from: 'OK' | 'ALARM';
  readonly to: 'OK' | 'ALARM';
  readonly reason: string;
}

export interface SloEvaluation {
  readonly slo: string;
  readonly surface: string;
  readonly at: number;
  /** The tick was evaluated before, or is older than one that was: the state is as it was. */
  readonly replayed: boolean;
  /** False where there were no recent events, or the baseline is too short: alarms hold. */
  readonly measured: boolean;
  readonly objective: number | null;
  /** Milliseconds. */
  readonly window: number;
  readonly raw: { readonly value: number | null; readonly good: number; readonly total: number };
  readonly calibrated: RateEstimate | null;
  readonly calibration: {
    readonly state: CalibrationState | 'none';
    readonly reason: string;
    readonly ratings: number;
  };
  /** Over the SLO's window, calibrated where possible; null for a kind of change or without events. */
  readonly burn: number | null;
  /** Share of the window's error budget that is left; negative when overspent. */
  readonly budgetLeft: number | null;
  /** When the budget will be spent at the current burn; null where it will not. */
  readonly budgetSpentAt: number | null;
  readonly rows: Readonly<Partial<Record<Severity, RowReading>>>;
  readonly detectors: Readonly<Partial<Record<'page' | 'warn', DetectorReport>>>;
  readonly change: ChangeReading | null;
  /** The gauges: 1 and over while firing, under 1 otherwise. Every severity has one; 0 without a rule. */
  readonly pressure: Readonly<Record<Severity, number>>;
  readonly firing: Readonly<Record<Severity, boolean>>;
  /** Why a severity neither starts nor clears now although its rule may say so. */
  readonly held: Readonly<Partial<Record<Severity, string>>>;
  /** A warning stands on the judge's word: score the anchor set at once. */
  readonly needsAnchors: boolean;
  readonly transitions: readonly Transition[];
}

export interface SloOutcome {
  readonly state: SloState;
  readonly evaluation: SloEvaluation;
  /** What is the matter, or that nothing is, in words. Composed when asked: words cost more than the numbers. */
  readonly reason: () => string;
}
