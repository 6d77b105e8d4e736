import {
  type AcceptanceReport,
  describeAcceptance,
  refusalsCsv,
} from '#core/calibration/acceptance-report.ts';
import { type ImportDependencies, importRatingFile } from './import-rating-file.ts';
import { type IncomingFile, type ReportEnding, reportKey } from './ratings-event.ts';

export interface RatingFileDependencies extends ImportDependencies {
  /** The file's bytes; undefined where it is gone. */
  readonly open: (file: IncomingFile) => Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Writes an object beside the file, in its bucket. */
  readonly write: (file: IncomingFile, key: string, body: string, contentType: string) => Promise<void>;
  /** Tells the evaluator that calibrations changed. */
  readonly stampCalibrations: () => Promise<void>;
}

/**
 * Imports a ratings file that came under `incoming/` and writes its report under `reports/`, in words, as JSON and, of
 * refused rows, as CSV.
 *
 * @returns the report; undefined where the file was gone before it could be read
 */
export async function processRatingFile(
  use: RatingFileDependencies,
  file: IncomingFile,
): Promise<AcceptanceReport | undefined> {
  const report = await importRatingFile(use, {
    name: file.key,
    uploadedAt: file.uploadedAt,
    open: () => use.open(file),
  });
  if (report === undefined) return undefined;
  const write = (ending: ReportEnding, body: string, contentType: string) =>
    use.write(file, reportKey(file.key, ending), body, contentType);
  await Promise.all([
    write('txt', describeAcceptance(report), 'text/plain; charset=utf-8'),
    ...(report.refused > 0 ? [write('refused.csv', refusalsCsv(report), 'text/csv; charset=utf-8')] : []),
  ]);
  if (report.calibrations.length > 0) await use.stampCalibrations();
  // Last, for whoever waits for the report waits for this one.
  await write('json', JSON.stringify(report, null, 2), 'application/json');
  return report;
}
