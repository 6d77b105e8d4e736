import { openRatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { type CalibrationQuery, readCalibrations } from './calibration-read.ts';
import { formatCalibration, formatMissing } from './calibration-text.ts';

export interface CalibrationOptions extends TargetOptions, CalibrationQuery, JsonOptions {}

/** Prints every calibration, and the surfaces that lack one. */
export async function showCalibration(options: CalibrationOptions): Promise<void> {
  const target = await openRatingTarget(options);
  try {
    const { calibrations, missing } = await readCalibrations(target, options);
    if (options.json === true) {
      const lacking = missing.map(({ surface, id }) => ({ surface, slo: id }));
      print(JSON.stringify({ calibrations, missing: lacking }, null, 2));
      return;
    }
    for (const calibration of calibrations) print(formatCalibration(target, calibration));
    for (const slo of missing) print(formatMissing(slo, target.flags));
  } finally {
    await target.close();
  }
}
