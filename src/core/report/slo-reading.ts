import { type Severity, severities } from '../names.ts';
import type { SloEvaluation } from '../slo/alarms/evaluation.ts';
import type { Slo } from '../slo/definition/slo.ts';

/** What the last evaluation left of an SLO, as reports and gates read it. */
export interface SloReading
  extends Pick<
    SloEvaluation,
    'measured' | 'raw' | 'calibrated' | 'calibration' | 'burn' | 'budgetLeft' | 'budgetSpentAt' | 'firing'
  > {
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
