import { type Calibration, calibrationName } from './calibration.ts';

/** What became of a request to make calibrations anew, for instance since another judge has judged what people rated. */
export interface RecalibrationReport {
  readonly recalibrated: {
    readonly surface: string;
    readonly rubric: { readonly id: string; readonly version: number };
  };
  /** As they are now, those of later versions that its ratings are carried to among them. */
  readonly calibrations: readonly Calibration[];
}

/** The report in words, for people. */
export function describeRecalibration({ calibrations }: RecalibrationReport): string {
  if (calibrations.length === 0) return 'Nothing of it is rated, so it has no calibration.\n';
  const lines = calibrations.map(
    (calibration) =>
      `Calibration ${calibrationName(calibration)}, version ${calibration.number}, is ${calibration.state}: ${calibration.reason}.`,
  );
  return `${lines.join('\n')}\n`;
}
