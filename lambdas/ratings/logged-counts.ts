import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import type { RetractionReport } from '#core/calibration/retraction-report.ts';

/** What a log may say of a report: numbers. */
export function countsOf(report: AcceptanceReport | RetractionReport): Record<string, number> {
  if ('gone' in report) return { gone: report.gone, restored: report.restored, kept: report.kept };
  const { rows, accepted, unchanged, refused } = report;
  return { rows, accepted, unchanged, refused };
}
