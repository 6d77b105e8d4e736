import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3, openText, openUploaded } from '#adapters/s3/rating-bucket.ts';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';

const key = 'incoming/märz 1.csv';

/** An answer of S3: an error's status and code, or a body. */
type Answer = { status: number; code: string } | { body: string; versionId?: string };

const denied: Answer = { status: 403, code: 'AccessDenied' };
const listed = (...keys: string[]): Answer => ({
  body: `<ListBucketResult>${keys.map((each) => `<Contents><Key>${each}</Key></Contents>`).join('')}</ListBucketResult>`,
});

let server: Server;
let s3: S3Client;
let answers: Partial<Record<'get' | 'list' | 'head', Answer>> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const isList = new URL(request.url ?? '', 'http://s3').searchParams.has('list-type');
    const answer = answers[request.method === 'HEAD' ? 'head' : isList ? 'list' : 'get'] ?? denied;
    if ('status' in answer)
      response
        .writeHead(answer.status)
        .end(request.method === 'HEAD' ? undefined : `<Error><Code>${answer.code}</Code><Message/></Error>`);
    else
      response
        .writeHead(200, answer.versionId === undefined ? {} : { 'x-amz-version-id': answer.versionId })
        .end(request.method === 'HEAD' ? undefined : answer.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  useEnvironment({ AWS_ENDPOINT_URL_S3: url } as AwsEndpoints, {});
  s3 = createS3();
});

afterAll(() => {
  s3.destroy();
  server.closeAllConnections();
  server.close();
});

const open = (given: typeof answers, versionId?: string) => {
  answers = given;
  return openUploaded(s3, { bucket: 'ratings', key, versionId });
};

describe('an uploaded object that is gone', () => {
  it.each<[string, typeof answers, string?]>([
    ['and S3 says so', { get: { status: 404, code: 'NoSuchKey' } }],
    ['in this version, and S3 says so', { get: { status: 404, code: 'NoSuchVersion' } }, 'v1'],
    ['and S3 denies it, and lists no such key', { get: denied, list: listed() }, 'v1'],
    ['and S3 denies it, and lists only a longer key', { get: denied, list: listed(`${key}.bak`) }],
    ['and S3 denies it and the list', { get: denied, list: denied }, 'v1'],
    [
      'in this version, and S3 denies it while another can be read',
      { get: denied, list: listed(key), head: { body: '', versionId: 'v2' } },
      'v1',
    ],
  ])('%s, is none', async (_, given, versionId) => {
    expect(await open(given, versionId)).toBeUndefined();
  });
});

describe('an uploaded object that is there', () => {
  it('is read', async () => {
    const opened = await open({ get: { body: 'response_id,score' } });
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened?.bytes ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('response_id,score');
    expect(opened?.isRewritten).toBe(false);
  });

  it.each<[string, typeof answers, string?]>([
    ['and listed', { list: listed(key) }],
    ['in this version', { list: listed(key), head: { body: '', versionId: 'v1' } }, 'v1'],
    ['and none of its versions may be read', { list: listed(key), head: denied }, 'v1'],
  ])('%s, but denied, is a lost right and no missing file', async (_, given, versionId) => {
    await expect(open({ get: denied, ...given }, versionId)).rejects.toThrow(
      expect.objectContaining({ name: 'AccessDenied' }),
    );
  });

  it('is never taken for gone by who looks for what to delete', async () => {
    answers = { get: denied, list: listed() };
    await expect(openText(s3, { bucket: 'ratings', key })).rejects.toThrow();
  });
});
