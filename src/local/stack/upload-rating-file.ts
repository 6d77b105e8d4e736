import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { ListBucketsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createS3, openText } from '#adapters/s3/rating-bucket.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { ratingPrefix } from '#core/names.ts';

/** A ratings file to take in: a path, or a name with the text or the bytes themselves. */
export type RatingFile =
  | { readonly path: string }
  | { readonly name: string; readonly text: string | Uint8Array };

/**
 * Takes a ratings file in as the deployed stack would: puts it under `incoming/` of the local bucket, hands S3's event
 * to the very handler, and reads the report that it wrote. The environment must be that of a local stack.
 *
 * @param uploadedAt epoch milliseconds of the upload
 * @throws Error where there is no such file, or the handler fails
 */
export async function uploadRatingFile(file: RatingFile, uploadedAt: number): Promise<AcceptanceReport> {
  const s3 = createS3();
  try {
    const bucket = await findRatingBucket(s3);
    const name = 'path' in file ? basename(file.path) : file.name;
    const key = `${ratingPrefix.incoming}${name}`;
    const length = 'path' in file ? (await stat(file.path)).size : Buffer.byteLength(file.text);
    const body = 'path' in file ? createReadStream(file.path) : Readable.from([Buffer.from(file.text)]);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: length }));
    const { handler } = await import('#lambdas/ratings/handler.ts');
    await handler(createdEvent(bucket, key, uploadedAt));
    const report = await openText(s3, { bucket, key: `${ratingPrefix.reports}${name}.json` });
    if (report === undefined) throw new Error(`the ratings function wrote no report on ${name}`);
    let text = '';
    for await (const piece of report) text += piece;
    return JSON.parse(text) as AcceptanceReport;
  } finally {
    s3.destroy();
  }
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
