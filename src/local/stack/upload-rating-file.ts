import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ListBucketsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RatingGroup } from '#adapters/dynamodb/rating-store.ts';
import { createS3, type ObjectName, openText, putRewritten, putText } from '#adapters/s3/rating-bucket.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import type { RaterReport } from '#core/calibration/rater-report.ts';
import type { RecalibrationReport } from '#core/calibration/recalibration-report.ts';
import type { RetractionReport } from '#core/calibration/retraction-report.ts';
import { ratingPrefix, ratingRequest } from '#core/names.ts';
import type { RaterRequest } from '#lambdas/ratings/leave-out-rater.ts';
import { reportKey } from '#lambdas/ratings/ratings-event.ts';

/** A ratings file to take in: a path, or a name with the text or the bytes themselves. */
export type RatingFile = (
  | { readonly path: string }
  | { readonly name: string; readonly text: string | Uint8Array }
) & {
  /** It is tried, and nothing of it stored. */
  readonly isTrial?: boolean;
  /** It stands in the place of one that came in before by its name: some of its words were forgotten. */
  readonly isRewritten?: boolean;
};

/**
 * Takes a ratings file in as the deployed stack would: puts it under `incoming/` of the local bucket, hands S3's event
 * to the very handler, and reads the report that it wrote. The environment must be that of a local stack.
 *
 * @param uploadedAt epoch milliseconds of the upload
 * @throws Error where there is no such file, or the handler fails
 */
export async function uploadRatingFile(file: RatingFile, uploadedAt: number): Promise<AcceptanceReport> {
  const name = 'path' in file ? basename(file.path) : file.name;
  const prefix = file.isTrial === true ? ratingRequest.trials : ratingPrefix.incoming;
  return inBucket(async (s3, bucket) => {
    const object = { bucket, key: `${prefix}${name}` };
    if ('path' in file) {
      const ContentLength = (await stat(file.path)).size;
      const Body = createReadStream(file.path);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: object.key, Body, ContentLength }));
    } else if (file.isRewritten === true) await putRewritten(s3, object, file.text);
    else await putText(s3, object, file.text, 'text/plain');
    return (await deliver(s3, object, uploadedAt)) as AcceptanceReport;
  });
}

/** Has the ratings function take an upload back, as {@link uploadRatingFile} has it take a file in. */
export async function retractUploadHere(
  upload: string,
  at: number,
  reason?: string,
): Promise<RetractionReport> {
  return (await requestHere(`${at}-${upload}`, { retract: upload, reason }, at)) as RetractionReport;
}

/** Has it leave a rater out, or bring one back. */
export async function leaveOutHere(request: RaterRequest, at: number): Promise<RaterReport> {
  return (await requestHere(`${at}-${randomUUID()}`, request, at)) as RaterReport;
}

/** Has it make the calibrations of a group anew. */
export async function recalibrateHere(group: RatingGroup, at: number): Promise<RecalibrationReport> {
  return (await requestHere(`${at}-${randomUUID()}`, { recalibrate: group }, at)) as RecalibrationReport;
}

async function requestHere(name: string, request: object, at: number): Promise<unknown> {
  return inBucket(async (s3, bucket) => {
    const object = { bucket, key: `${ratingRequest.retractions}${name}.json` };
    await putText(s3, object, JSON.stringify(request), 'application/json');
    return deliver(s3, object, at);
  });
}

async function inBucket<Result>(work: (s3: S3Client, bucket: string) => Promise<Result>): Promise<Result> {
  const s3 = createS3();
  try {
    return await work(s3, await findRatingBucket(s3));
  } finally {
    s3.destroy();
  }
}

/** Hands the event of an object to the function, and reads its report. @throws Error where there is none */
async function deliver(s3: S3Client, { bucket, key }: ObjectName, at: number): Promise<unknown> {
  const { handler } = await import('#lambdas/ratings/handler.ts');
  await handler(createdEvent(bucket, key, at));
  const report = await openText(s3, { bucket, key: reportKey(key, 'json') });
  if (report === undefined) throw new Error(`the ratings function wrote no report on ${key}`);
  let text = '';
  for await (const piece of report) text += piece;
  return JSON.parse(text);
}

/** @throws Error where the local stack has none */
export async function findRatingBucket(s3: S3Client): Promise<string> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const found = Buckets.map(({ Name = '' }) => Name).find((name) => name.includes('ratingbucket'));
  if (found === undefined) throw new Error('the local stack has no ratings bucket');
  return found;
}

/** S3's event, as far as the handler reads it; keys in it are URL-encoded. */
export function createdEvent(bucket: string, key: string, at: number) {
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: new Date(at).toISOString(),
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'local' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': 'local', 'x-amz-id-2': 'local' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'local',
      bucket: { name: bucket, ownerIdentity: { principalId: 'local' }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: key.split('/').map(encodeURIComponent).join('/').replaceAll('%20', '+'),
        size: 0,
        eTag: '',
        sequencer: '0',
      },
    },
  };
  return { Records: [record] };
}
