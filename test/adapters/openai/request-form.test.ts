import type { IncomingMessage } from 'node:http';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { requestBody } from '#adapters/openai/request-body.ts';
import { name, prompt, rubric, useJudge, verdict } from '../../support/judge-calls.ts';
import { testJudge } from '../../support/judges.ts';

const { askAt, serve } = useJudge();

/** What of a request is the API's form. */
async function readRequest(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { authorization, accept, 'content-type': type, 'x-client-request-id': id } = request.headers;
  const { method, url } = request;
  return { method, url, authorization, accept, type, id, body: JSON.parse(String(Buffer.concat(chunks))) };
}

it("is sent as OpenAI's own package sends it", async () => {
  const seen: Record<string, unknown>[] = [];
  const url = await serve((request, response) => {
    void readRequest(request).then((read) => {
      seen.push(read);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ choices: [{ finish_reason: 'stop', message: { content: verdict } }] }));
    });
  });
  const judge = testJudge();
  const body = requestBody({ rubric, judge, tier: judge.tier, prompt, name, timeoutMs: 5_000 });
  await new OpenAI({ apiKey: 'sk-test', baseURL: url, maxRetries: 0 }).chat.completions.create(
    body as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming,
    { headers: { 'X-Client-Request-Id': name } },
  );
  await askAt(url);
  await askAt(`${url}/`);
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/chat/completions', id: name });
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});
