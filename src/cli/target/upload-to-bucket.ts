import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { RatingGroup } from '#adapters/dynamodb/rating-store.ts';
import { createS3, type ObjectName, openText, putText } from '#adapters/s3/rating-bucket.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import type { RaterReport } from '#core/calibration/rater-report.ts';
import type { RecalibrationReport } from '#core/calibration/recalibration-report.ts';
import type { RetractionReport } from '#core/calibration/retraction-report.ts';
import { ratingPrefix, ratingRequest } from '#core/names.ts';
import type { RaterRequest } from '#lambdas/ratings/leave-out-rater.ts';
import { reportKey } from '#lambdas/ratings/ratings-event.ts';

/** The report is missing where it did not come in time; `reportAt` says where it will be. */
export interface Reported<Report> {
  readonly report: Report | undefined;
  readonly reportAt: string;
  /** What AWS said where it refused to show the report until the end of the wait. */
  readonly refusal?: string;
}

export type Uploaded = Reported<AcceptanceReport>;
export type Retracted = Reported<RetractionReport>;
export type RaterChanged = Reported<RaterReport>;
export type Recalibrated = Reported<RecalibrationReport>;

/** Milliseconds. */
export interface ReportWait {
  readonly longest: number;
  readonly poll: number;
}

/** The function works on a file for seconds; a very large one is reported on later. */
const usualWait: ReportWait = { longest: 120_000, poll: 2_000 };

/** Puts a file under `incoming/`, by a name of its own, and waits for the report on it. */
export async function uploadToBucket(
  bucket: string,
  file: string,
  { isTrial = false, wait = usualWait }: { readonly isTrial?: boolean; readonly wait?: ReportWait } = {},
): Promise<Uploaded> {
  const key = `${isTrial ? ratingRequest.trials : ratingPrefix.incoming}${stamp()}-${basename(file)}`;
  return putAndWait<AcceptanceReport>({ bucket, key }, await readFile(file), wait);
}

/** Asks for an upload to be taken back, and waits for the report on it. */
export async function retractInBucket(
  bucket: string,
  { upload, reason }: { readonly upload: string; readonly reason?: string | undefined },
  wait: ReportWait = usualWait,
): Promise<Retracted> {
  const key = `${ratingRequest.retractions}${stamp()}-${upload}.json`;
  return putAndWait<RetractionReport>({ bucket, key }, JSON.stringify({ retract: upload, reason }), wait);
}

/** Asks for a rater to be left out or brought back, and waits for the report on it. */
export async function leaveOutInBucket(
  bucket: string,
  request: RaterRequest,
  wait: ReportWait = usualWait,
): Promise<RaterChanged> {
  const key = `${ratingRequest.retractions}${stamp()}-${randomUUID()}.json`;
  return putAndWait<RaterReport>({ bucket, key }, JSON.stringify(request), wait);
}

/** Has the ratings function make the calibrations of a group anew. */
export async function recalibrateInBucket(
  bucket: string,
  group: RatingGroup,
  wait = usualWait,
): Promise<Recalibrated> {
  const key = `${ratingRequest.retractions}${stamp()}-${randomUUID()}.json`;
  return putAndWait<RecalibrationReport>({ bucket, key }, JSON.stringify({ recalibrate: group }), wait);
}

function stamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(':', '');
}

async function putAndWait<Report>(
  object: ObjectName,
  body: string | Uint8Array,
  { longest, poll }: ReportWait,
): Promise<Reported<Report>> {
  const s3 = createS3();
  try {
    await putText(s3, object, body, 'text/plain');
    const report = { bucket: object.bucket, key: reportKey(object.key, 'json') };
    const reportAt = `s3://${report.bucket}/${report.key}`;
    let refusal: string | undefined;
    for (const end = Date.now() + longest; Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, poll));
      const look = await lookFor<Report>(s3, report);
      if (look.kind === 'there') return { report: look.report, reportAt };
      refusal = look.refusal;
    }
    return { report: undefined, reportAt, ...(refusal !== undefined && { refusal }) };
  } finally {
    s3.destroy();
  }
}

type Look<Report> =
  | { readonly kind: 'there'; readonly report: Report }
  | { readonly kind: 'not yet'; readonly refusal: string | undefined };

/** To whoever may not list the bucket, S3 answers "access denied" of an object that is not there yet. */
async function lookFor<Report>(s3: S3Client, name: ObjectName): Promise<Look<Report>> {
  try {
    const stream = await openText(s3, name);
    if (stream === undefined) return { kind: 'not yet', refusal: undefined };
    let text = '';
    for await (const piece of stream) text += piece;
    return { kind: 'there', report: JSON.parse(text) as Report };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { kind: 'not yet', refusal: error.message };
  }
}

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 403
  );
}
