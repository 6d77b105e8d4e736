import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3, type ObjectName, openText, putText } from '#adapters/s3/rating-bucket.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { ratingPrefix } from '#core/names.ts';

/** The report is missing where it did not come in time; `reportAt` says where it will be. */
export interface Uploaded {
  readonly report: AcceptanceReport | undefined;
  readonly reportAt: string;
  /** What AWS said where it refused to show the report until the end of the wait. */
  readonly refusal?: string;
}

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
  { longest, poll }: ReportWait = usualWait,
): Promise<Uploaded> {
  const s3 = createS3();
  try {
    const name = `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}-${basename(file)}`;
    await putText(s3, { bucket, key: `${ratingPrefix.incoming}${name}` }, await readFile(file), 'text/plain');
    const key = `${ratingPrefix.reports}${name}.json`;
    const reportAt = `s3://${bucket}/${key}`;
    let refusal: string | undefined;
    for (const end = Date.now() + longest; Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, poll));
      const look = await lookFor(s3, { bucket, key });
      if (look.kind === 'there') return { report: look.report, reportAt };
      refusal = look.refusal;
    }
    return { report: undefined, reportAt, ...(refusal !== undefined && { refusal }) };
  } finally {
    s3.destroy();
  }
}

type Look =
  | { readonly kind: 'there'; readonly report: AcceptanceReport }
  | { readonly kind: 'not yet'; readonly refusal: string | undefined };

/** To whoever may not list the bucket, S3 answers "access denied" of an object that is not there yet. */
async function lookFor(s3: S3Client, name: ObjectName): Promise<Look> {
  try {
    const stream = await openText(s3, name);
    if (stream === undefined) return { kind: 'not yet', refusal: undefined };
    let text = '';
    for await (const piece of stream) text += piece;
    return { kind: 'there', report: JSON.parse(text) as AcceptanceReport };
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
