import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileWork, findInFiles, forgetInFiles } from '#cli/operate/forget-files.ts';
import { startVersionedBucket, type VersionedBucket } from '#test/support/versioned-bucket.ts';

const head = 'response_id,rater_id,score,note\n';
let bucket: VersionedBucket;
let work: FileWork;

beforeEach(async () => {
  bucket = await startVersionedBucket();
  const s3 = new S3Client({
    endpoint: bucket.url,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  work = { s3, bucket: 'ratings', responseIds: new Set(['r1']), scores: false };
});

afterEach(async () => {
  work.s3.destroy();
  await bucket.close();
});

describe('a bucket that keeps what was overwritten', () => {
  beforeEach(() => {
    bucket.put('incoming/a.csv', `${head}r1,cy,3,first words\n`);
    bucket.put('incoming/a.csv', `${head}r1,cy,4,second words\nr2,cy,5,kept\n`);
    bucket.put('incoming/b.csv', `${head}r2,cy,5,kept\n`);
    bucket.put('incoming/gone.csv', `${head}r1,cy,2,words of a deleted file\n`);
    bucket.put('incoming/broken.csv', `${head}r1,cy,"words\n`);
    bucket.put('reports/a.csv.json', 'quotes words');
    bucket.put('reports/a.csv.json', 'quotes words again');
    bucket.put('reports/a.csv.json.other', 'kept');
    bucket.put('reports/b.csv.json', 'kept');
    bucket.versions.push({ key: 'incoming/gone.csv', id: 'marker', text: undefined });
  });

  it('shows what would go and changes nothing', async () => {
    const before = [...bucket.versions];
    expect(await findInFiles(work)).toEqual({
      rewritten: ['incoming/a.csv'],
      removed: ['incoming/broken.csv'],
      oldVersions: 2,
    });
    expect(bucket.versions).toEqual(before);
  });

  it('keeps no version with words of the response, and all that is of others', async () => {
    await forgetInFiles(work, undefined);
    expect(bucket.versions.filter(({ text }) => text?.includes('words'))).toEqual([]);
    expect(bucket.versions.flatMap(({ key, text }) => (text === undefined ? [] : [[key, text]]))).toEqual([
      ['incoming/b.csv', `${head}r2,cy,5,kept\n`],
      ['reports/a.csv.json.other', 'kept'],
      ['reports/b.csv.json', 'kept'],
      ['incoming/a.csv', '\uFEFFresponse_id,rater_id,score,note\r\nr1,cy,4,\r\nr2,cy,5,kept\r\n'],
    ]);
    expect(await forgetInFiles(work, undefined)).toEqual({ rewritten: [], removed: [], oldVersions: 0 });
  });
});
