import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { createS3, openText, putText } from '#adapters/s3/rating-bucket.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { ratingPrefix } from '#core/names.ts';
import { findStackResource, requireStackName } from './stack-names.ts';

/** The ratings bucket of a deployed stack. @throws CliError where there is none */
export async function findStackBucket(stack: string): Promise<string> {
  // Names of buckets have no capitals.
  const lowerCase = requireStackName(stack).toLowerCase();
  const part = 'storageratingbucket';
  const s3 = createS3();
  try {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({ Prefix: `${lowerCase}-${part}` }));
    const names = Buckets.map(({ Name = '' }) => Name);
    return findStackResource(lowerCase, part, 'bucket', names);
  } finally {
    s3.destroy();
  }
}

/** The function works on a file for seconds; a very large one is reported on later. */
const longestWaitMs = 120_000;
const pollMs = 2_000;

/** Puts a file under `incoming/`, by a name of its own, and waits for the report on it. */
export async function uploadToBucket(
  bucket: string,
  file: string,
): Promise<{ report: AcceptanceReport | undefined; reportAt: string }> {
  const s3 = createS3();
  const name = `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}-${basename(file)}`;
  await putText(
    s3,
    { bucket, key: `${ratingPrefix.incoming}${name}` },
    await readFile(file, 'utf8'),
    'text/plain',
  );
  const key = `${ratingPrefix.reports}${name}.json`;
  for (const end = Date.now() + longestWaitMs; Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    const stream = await openText(s3, { bucket, key });
    if (stream === undefined) continue;
    let text = '';
    for await (const piece of stream) text += piece;
    return { report: JSON.parse(text) as AcceptanceReport, reportAt: `s3://${bucket}/${key}` };
  }
  return { report: undefined, reportAt: `s3://${bucket}/${key}` };
}
