import { type Severity, severities } from '../names.ts';
import type { SloEvaluation } from '../slo/alarms/evaluation.ts';
import type { Slo } from '../slo/definition/slo.ts';

/** What the last evaluation left of an SLO, as reports and gates read it. */
export interface SloReading
  extends Pick<
    SloEvaluation,
    'measured' | 'raw' | 'calibrated' | 'calibration' | 'burn' | 'budgetLeft' | 'budgetSpentAt' | 'firing'
  > {
  /** Beside the alarm that is on: the window that it was drawn over. */
  readonly alarmWindow?: SloEvaluation['alarmWindow'] | undefined;
  readonly reason: string;
  /** The raw SLI 7 days before, over the same window; null where there was none. */
  readonly weekBefore: number | null;
}

/** An SLO of the catalogue and what is known of it; undefined where it was never evaluated. */
export interface SloStanding {
  readonly slo: Slo;
  readonly reading: SloReading | undefined;
}

/** The most severe alarm of an SLO that is on; undefined where none is. */
export function firingOf(reading: SloReading | undefined): Severity | undefined {
  return severities.find((severity) => reading?.firing[severity] === true);
}

/** The rate that stands for an SLO wherever it is shown, and the window that it is of. */
export interface ShownRate {
  /** Corrected by people where it can be; null without events. */
  readonly value: number | null;
  readonly calibrated: SloReading['calibrated'];
  /** As counted. */
  readonly good: number;
  readonly total: number;
  /** Milliseconds. */
  readonly window: number;
  /** The alarm that is on and was drawn over this window; undefined where it is the SLO's own. */
  readonly alarm?: Severity | undefined;
}

/** Of the window that the alarm was drawn over, where one is on: nothing beside it contradicts it. Else of the SLO's own. */
export function shownRate(
  reading: Pick<SloReading, 'raw' | 'calibrated' | 'alarmWindow'>,
  window: number,
): ShownRate {
  const { raw, calibrated, alarmWindow } = reading;
  if (alarmWindow === null || alarmWindow === undefined || !(alarmWindow.total > 0))
    return { ...raw, value: calibrated?.value ?? raw.value, calibrated, window };
  const { good, total, width, severity } = alarmWindow;
  return {
    value: alarmWindow.calibrated?.value ?? good / total,
    calibrated: alarmWindow.calibrated,
    good,
    total,
    window: width,
    alarm: severity,
  };
}
