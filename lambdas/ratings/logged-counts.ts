import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import type { RaterReport } from '#core/calibration/rater-report.ts';
import type { RecalibrationReport } from '#core/calibration/recalibration-report.ts';
import type { RetractionReport } from '#core/calibration/retraction-report.ts';

/** What a log may say of a report: numbers. */
export function countsOf(
  report: AcceptanceReport | RetractionReport | RaterReport | RecalibrationReport,
): Record<string, number> {
  if ('recalibrated' in report) return { calibrations: report.calibrations.length };
  if ('leftOut' in report) return { ratings: report.ratings, leftOut: Number(report.leftOut) };
  if ('gone' in report) return { gone: report.gone, restored: report.restored, kept: report.kept };
  const { rows, accepted, unchanged, refused } = report;
  return { rows, accepted, unchanged, refused };
}
