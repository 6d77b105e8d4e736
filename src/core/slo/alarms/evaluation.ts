import type { Severity } from '../../names.ts';
import type { AlarmWindow } from '../rules/alarm-window.ts';
import type { RatedInput, Rates } from '../rules/read-rates.ts';
import type { ChangeReading, DetectorReport, RowReading } from '../rules/readings.ts';
import type { CalibrationState } from '../rules/slo-calibration.ts';
import type { SloState } from './state.ts';

/** What goes into the evaluation of an SLO. */
export interface SloInput extends RatedInput {
  /** State of the tick before; absent at the first. */
  readonly previous?: SloState | undefined;
}

/** An alarm that went over into another state. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly slo: string;
  readonly surface: string;
  readonly severity: Severity;
  readonly from: 'OK' | 'ALARM';
  readonly to: 'OK' | 'ALARM';
  readonly reason: string;
}

/** An SLO at a tick: its rates, what its rules read, and the state of its alarms. */
export interface SloEvaluation extends Rates {
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
  readonly calibration: {
    readonly state: CalibrationState | 'none';
    readonly reason: string;
    readonly ratings: number;
  };
  readonly rows: Readonly<Partial<Record<Severity, RowReading>>>;
  readonly detectors: Readonly<Partial<Record<'page' | 'warn', DetectorReport>>>;
  readonly change: ChangeReading | null;
  /** The gauges: 1 and over while firing, under 1 otherwise. Every severity has one; 0 without a rule. */
  readonly pressure: Readonly<Record<Severity, number>>;
  readonly firing: Readonly<Record<Severity, boolean>>;
  /** Alarms that stand and do not fire, each with the more severe one that fires for it. */
  readonly masked: Readonly<Partial<Record<Severity, Severity>>>;
  /** What the most severe alarm that is on was drawn over; null where none is on. */
  readonly alarmWindow: AlarmWindow | null;
  /** Why a severity neither starts nor clears now although its rule may say so. */
  readonly held: Readonly<Partial<Record<Severity, string>>>;
  /** A warning stands on the judge's word: score the anchor set at once. */
  readonly needsAnchors: boolean;
  readonly transitions: readonly Transition[];
}

/** What comes out of the evaluation of an SLO; the state goes into the next one. */
export interface SloOutcome {
  readonly state: SloState;
  readonly evaluation: SloEvaluation;
  /** What is the matter, or that nothing is, in words. Composed when asked: words cost more than the numbers. */
  readonly reason: () => string;
}
