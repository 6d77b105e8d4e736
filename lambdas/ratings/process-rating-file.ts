import type { OpenedObject } from '#adapters/s3/rating-bucket.ts';
import {
  type AcceptanceReport,
  describeAcceptance,
  refusalsCsv,
} from '#core/calibration/acceptance-report.ts';
import { uploadId } from '#core/rating/upload.ts';
import { importRatingFile } from './import-rating-file.ts';
import type { ImportDependencies } from './rating-import.ts';
import { type IncomingFile, type ReportEnding, reportKey } from './ratings-event.ts';
import { onTrial } from './trial.ts';

export interface FileDependencies {
  /** Opens a file that came in; undefined where it is gone. */
  readonly open: (file: IncomingFile) => Promise<OpenedObject | undefined>;
  /** Writes an object beside the file, in its bucket. */
  readonly write: (file: IncomingFile, key: string, body: string, contentType: string) => Promise<void>;
  /** Tells the evaluator that calibrations changed. */
  readonly stampCalibrations: () => Promise<void>;
}

/**
 * Imports a ratings file that came under `incoming/`, or tries it, and writes its report under `reports/`, in words, as
 * JSON and, of refused rows, as CSV.
 *
 * @returns the report; undefined where the file was gone before it could be read
 */
export async function processRatingFile(
  use: FileDependencies & ImportDependencies,
  file: IncomingFile,
): Promise<AcceptanceReport | undefined> {
  const isTrial = file.kind === 'trial';
  const imported = await importRatingFile(isTrial ? onTrial(use) : use, {
    id: uploadId(file, file.uploadedAt),
    name: file.key,
    uploadedAt: file.uploadedAt,
    open: () => use.open(file),
  });
  if (imported === undefined) return undefined;
  const { upload: _, ...tried } = imported;
  const report: AcceptanceReport = isTrial ? { trial: true, ...tried } : imported;
  const write = (ending: ReportEnding, body: string, contentType: string) =>
    use.write(file, reportKey(file.key, ending), body, contentType);
  await Promise.all([
    write('txt', describeAcceptance(report), 'text/plain; charset=utf-8'),
    ...(report.refused > 0 ? [write('refused.csv', refusalsCsv(report), 'text/csv; charset=utf-8')] : []),
  ]);
  if (report.calibrations.length > 0 && !isTrial) await use.stampCalibrations();
  // Last, for whoever waits for the report waits for this one.
  await write('json', JSON.stringify(report, null, 2), 'application/json');
  return report;
}
