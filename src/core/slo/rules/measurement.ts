import type { CountSeries } from './count-series.ts';

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
