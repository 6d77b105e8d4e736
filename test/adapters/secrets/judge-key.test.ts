import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJudgeKey } from '#adapters/secrets/judge-key.ts';
import { unfilledJudgeKey } from '#core/names.ts';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';

let server: Server;
let asked = 0;
let value = unfilledJudgeKey;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ SecretString: value }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  useEnvironment({ AWS_ENDPOINT_URL_SECRETS_MANAGER: url } as AwsEndpoints, {});
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("the judge's key", () => {
  it('is read once for ten calls side by side, and kept', async () => {
    value = JSON.stringify({ openai: 'sk-test' });
    const keys = await Promise.all(Array.from({ length: 10 }, () => readJudgeKey('filled', 'openai')));
    expect(keys).toEqual(Array(10).fill({ ok: true, key: 'sk-test' }));
    await readJudgeKey('filled', 'openai');
    expect(asked).toBe(1);
  });

  it('is looked for again while there is none', async () => {
    value = unfilledJudgeKey;
    expect(await readJudgeKey('unfilled', 'openai')).toMatchObject({ ok: false });
    value = JSON.stringify({ openai: ' sk-new ' });
    expect(await readJudgeKey('unfilled', 'openai')).toEqual({ ok: true, key: 'sk-new' });
  });
});
