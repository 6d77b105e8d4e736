import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { uploadToBucket } from '#cli/target/upload-to-bucket.ts';
import { projectFolder } from '#test/support/project-folder.ts';

/** S3 as it answers a role that may not list the bucket: 403 until the report is there. */
async function startRefusingS3(refusals: number, report: string): Promise<{ readonly put: Buffer[] }> {
  let asked = 0;
  const put: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'PUT') {
        put.push(Buffer.concat(chunks));
        return response.end();
      }
      asked += 1;
      if (asked > refusals) return response.end(report);
      response.writeHead(403);
      return response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  return { put };
}

async function ratingsFile(): Promise<string> {
  const { root } = await projectFolder({ 'filled.csv': 'response_id,rater_id,score\nr1,cy,4\n' });
  return join(root, 'filled.csv');
}

describe('a file', () => {
  it('goes up byte for byte: what is no UTF-8 is for the function to see', async () => {
    const { put } = await startRefusingS3(0, '{"rows":1}');
    const { root } = await projectFolder({});
    const bytes = Buffer.from('response_id;rater_id;score\nr1;J\u00fcrgen;4\n', 'latin1');
    await writeFile(join(root, 'latin.csv'), bytes);
    await uploadToBucket('ratings', join(root, 'latin.csv'), { wait: { longest: 20_000, poll: 5 } });
    expect(put).toEqual([bytes]);
  });
});

describe('a report that S3 refuses to show', () => {
  it('is waited for: without the right to list, S3 says "access denied" of what is not there yet', async () => {
    await startRefusingS3(2, '{"rows":1}');
    expect(
      await uploadToBucket('ratings', await ratingsFile(), { wait: { longest: 20_000, poll: 5 } }),
    ).toEqual({
      report: { rows: 1 },
      reportAt: expect.stringMatching(/^s3:\/\/ratings\/reports\/.*-filled\.csv\.json$/),
    });
  });

  it('is told as refused where it stays so', async () => {
    await startRefusingS3(Number.POSITIVE_INFINITY, '');
    expect(
      await uploadToBucket('ratings', await ratingsFile(), { wait: { longest: 200, poll: 5 } }),
    ).toMatchObject({
      report: undefined,
      refusal: 'Access Denied',
    });
  });
});
