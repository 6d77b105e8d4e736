import type { Severity } from '../../names.ts';
import { type CountSeries, type Counts, shownCounts } from './count-series.ts';
import { type DesignEffect, effectOn } from './design-effect.ts';
import type { DetectorReport, RateEstimate, RowReading } from './readings.ts';
import { recentWindow } from './recent-window.ts';
import { reportRate } from './reported-rate.ts';
import type { SloCalibration } from './slo-calibration.ts';

/** The window that an alarm is about, and the rate in it: what stands beside the alarm wherever it is shown. */
export interface AlarmWindow extends Counts {
  readonly severity: Severity;
  /** Milliseconds. */
  readonly width: number;
  /** As {@link reportRate} has it; null where it is not corrected. */
  readonly calibrated: RateEstimate | null;
}

/** What an alarm's window is read from. */
export interface AlarmWindowInput {
  readonly series: CountSeries;
  readonly calibration: SloCalibration | undefined;
  readonly designEffect: DesignEffect;
  readonly now: number;
}

/**
 * The window that a severity's alarm was drawn over: the row's long one where the row says more (that of a longer budget
 * where that is spent), else, of a detector, the
 * shortest one from the row's short window on that holds 50 events.
 */
export function readAlarmWindow(
  severity: Severity,
  row: RowReading,
  detector: DetectorReport | undefined,
  { series, calibration, designEffect, now }: AlarmWindowInput,
): AlarmWindow {
  const { spent } = row;
  const isSpent = spent !== undefined && spent.pressure >= row.pressure && spent.pressure >= 1;
  const isDetectors =
    detector !== undefined && detector.pressure > Math.max(row.pressure, spent?.pressure ?? 0);
  const long = isSpent ? spent.long : row.long;
  const counts = isDetectors
    ? recentWindow({ short: row.short?.width, long: row.long.width }, series, designEffect, now)
    : { ...(long.evidence ?? long), width: long.width };
  const { width, good, total } = counts;
  const shown = shownCounts(counts);
  const effect = effectOn(designEffect, counts);
  return {
    severity,
    width,
    good: shown.good,
    total: shown.total,
    calibrated: reportRate(calibration, { good, total, from: now - width, to: now, designEffect: effect }),
  };
}
