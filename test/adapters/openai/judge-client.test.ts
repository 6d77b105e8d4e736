import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askJudge, createJudgeClient, type JudgeAnswer } from '#adapters/openai/judge-client.ts';
import { judgementName } from '#core/judging/judgement.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { type JudgeReply, type JudgeServer, startJudgeServer } from '#local/judge-server.ts';
import { testRubric } from '#test/catalogue.ts';

const rubric = testRubric({
  judge: {
    model: 'judge-model',
    parameters: { reasoning_effort: 'low', seed: 7 },
    prices: { input: 1, cachedInput: 1, output: 1 },
    maxOutputTokens: 321,
  },
});
const prompt = judgePrompt(
  rubric,
  { request: { messages: [{ role: 'user', content: 'Hi?' }] }, response: { content: 'Hello.' } },
  'n'.repeat(24),
);
const name = judgementName({
  responseId: 'résp 1',
  at: '2026-11-03T09:00:00.000Z',
  surface: 'chat',
  rubric,
  fingerprint: '0'.repeat(12),
  repeat: 0,
});
const verdict = JSON.stringify({ criteria: { helps: { reason: 'it does', score: 4 } } });

let judge: JudgeServer;
let others: Server[] = [];

beforeAll(async () => {
  judge = await startJudgeServer(() => ({ kind: 'text', text: verdict }));
});
afterAll(() => judge.close());
afterEach(() => {
  for (const server of others) {
    server.closeAllConnections();
    server.close();
  }
  others = [];
});

const askAt = (url: string, timeoutMs = 5_000): Promise<JudgeAnswer> =>
  askJudge(createJudgeClient('sk-test', url), { rubric, prompt, name, timeoutMs });

/** What comes of one call that the judge answers so. */
async function ask(reply: JudgeReply, timeoutMs?: number): Promise<JudgeAnswer> {
  judge.use(() => reply);
  return askAt(judge.url, timeoutMs);
}

const http = (status: number, body: unknown, headers: Record<string, string> = {}): JudgeReply => ({
  kind: 'http',
  status,
  body,
  headers,
});
const failure = (status: number, error: object, headers?: Record<string, string>) =>
  http(status, { error }, headers);
const completion = (choice: object, rest: object = {}) =>
  http(200, {
    id: 'c',
    object: 'chat.completion',
    model: 'judge-model-2026-10',
    choices: [{ index: 0, finish_reason: 'stop', ...choice }],
    usage: { prompt_tokens: 900, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 800 } },
    ...rest,
  });
const said = (content: unknown, rest: object = {}) =>
  completion({ message: { role: 'assistant', content, refusal: null }, ...rest });

/** A server on loopback that answers as told. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

describe('a call to the judge', () => {
  it("sends the rubric's model, parameters and schema, the prompt, and the judgement's name", async () => {
    let sent: { headers: Record<string, unknown>; body: Record<string, unknown> } | undefined;
    const url = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      sent = {
        headers: request.headers,
        body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ choices: [{ message: { content: verdict } }] }));
    });
    expect(await askAt(url)).toEqual({ kind: 'text', text: verdict, model: undefined, usage: undefined });
    expect(sent?.headers).toMatchObject({ authorization: 'Bearer sk-test', 'x-client-request-id': name });
    expect(sent?.body).toMatchObject({
      model: 'judge-model',
      reasoning_effort: 'low',
      seed: 7,
      max_completion_tokens: 321,
      messages: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: prompt.user },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true } },
    });
  });

  it('gives the text, the model that answered and the tokens', async () => {
    const answer = await ask(said(verdict));
    expect(answer).toEqual({
      kind: 'text',
      text: verdict,
      model: 'judge-model-2026-10',
      usage: { inputTokens: 900, cachedInputTokens: 800, outputTokens: 50 },
    });
    expect(readVerdict(rubric, verdict).ok).toBe(true);
  });

  it('is asked once: the client retries nothing of its own', async () => {
    const before = judge.asked().get('résp 1') ?? 0;
    await ask(failure(500, { message: 'boom' }));
    expect(judge.asked().get('résp 1')).toBe(before + 1);
  });

  it.each([[4_999.5], [0.2], [0], [-3]])(
    'takes a time-out of %d ms without a complaint of its own',
    async (timeoutMs) => {
      const answer = await ask({ kind: 'text', text: verdict }, timeoutMs);
      if (timeoutMs > 1_000) expect(answer.kind).toBe('text');
      else
        expect(answer).toMatchObject({
          kind: 'error',
          error: { kind: 'retryable', reason: 'no answer: the judge did not answer in time' },
        });
    },
  );
});

describe('a failed call', () => {
  it.each<[string, JudgeReply, object]>([
    [
      '429 with retry-after in seconds',
      failure(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '17' }),
      { kind: 'retryable', reason: 'the provider answered 429 (rate_limit_exceeded)', retryAfterSeconds: 17 },
    ],
    [
      '429 with a fraction of a second',
      failure(429, {}, { 'retry-after': '0.5' }),
      { kind: 'retryable', retryAfterSeconds: 0.5 },
    ],
    [
      '429 with retry-after that says nothing',
      failure(429, {}, { 'retry-after': 'soon' }),
      { kind: 'retryable', retryAfterSeconds: undefined },
    ],
    [
      '429 with a date in the past',
      failure(429, {}, { 'retry-after': 'Mon, 02 Nov 2020 09:00:00 GMT' }),
      { kind: 'retryable', retryAfterSeconds: 0 },
    ],
    ['429 without retry-after', failure(429, {}), { kind: 'retryable', retryAfterSeconds: undefined }],
    [
      '500',
      failure(500, { message: 'The server had an error' }),
      { kind: 'retryable', reason: 'the provider answered 500' },
    ],
    [
      '503 with an HTML page',
      http(503, '<html>busy</html>', { 'content-type': 'text/html' }),
      { kind: 'retryable', reason: 'the provider answered 503' },
    ],
    [
      'insufficient quota',
      failure(429, { code: 'insufficient_quota', type: 'insufficient_quota' }, { 'retry-after': '1' }),
      { kind: 'blocking' },
    ],
    [
      '401',
      failure(401, { code: 'invalid_api_key', message: 'Incorrect API key provided: sk-te*t' }),
      {
        kind: 'blocking',
        reason: "the provider answered 401 (invalid_api_key); check the key in the judge's secret",
      },
    ],
    ['402', failure(402, {}), { kind: 'blocking' }],
    ['404', failure(404, { code: 'model_not_found' }), { kind: 'blocking' }],
    [
      '400 about a parameter',
      failure(400, { type: 'invalid_request_error', param: 'seed', code: 'unsupported_parameter' }),
      { kind: 'blocking' },
    ],
    [
      '400 about the text',
      failure(400, { type: 'invalid_request_error', param: 'messages.[1].content', code: null }),
      { kind: 'item' },
    ],
    ['a content filter', failure(400, { code: 'content_filter' }), { kind: 'item' }],
    ['a text too long', failure(400, { code: 'context_length_exceeded' }), { kind: 'item' }],
    [
      "a code of somebody's words",
      failure(500, { code: 'my secret diagnosis' }),
      { reason: 'the provider answered 500' },
    ],
  ])('%s', async (_, reply, expected) => {
    const answer = await ask(reply);
    expect(answer).toMatchObject({ kind: 'error', error: expected });
  });

  it('waits until the date that retry-after names', async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    const answer = await ask(failure(429, {}, { 'retry-after': date }));
    const seconds =
      answer.kind === 'error' && answer.error.kind === 'retryable'
        ? answer.error.retryAfterSeconds
        : undefined;
    expect(seconds).toBeGreaterThan(85);
    expect(seconds).toBeLessThanOrEqual(90);
  });

  const late = {
    kind: 'error',
    error: { kind: 'retryable', reason: 'no answer: the judge did not answer in time' },
  };

  it('is given up at its time-out where nothing comes', async () => {
    const started = performance.now();
    expect(await ask({ kind: 'text', text: verdict, afterMs: 3_000 }, 150)).toEqual(late);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('is given up at its time-out where the answer stops in its middle', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices":');
    });
    const started = performance.now();
    expect(await askAt(url, 200)).toEqual(late);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it.each<[string, RequestListener]>([
    ['the connection breaks', (request) => request.socket.destroy()],
    [
      'the answer breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"choices":', () => response.destroy());
      },
    ],
    [
      'the answer is an HTML page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>my secret</html>'),
    ],
    [
      'an HTML page calls itself JSON',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('<html>my secret</html>'),
    ],
    [
      'the answer is empty',
      (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(),
    ],
    [
      'the answer is null',
      (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('null'),
    ],
    [
      'another API answers',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":null,"output":[]}'),
    ],
  ])('is worth another try where %s, for no judge has spoken', async (_, listener) => {
    const answer = await askAt(await serve(listener));
    expect(answer).toMatchObject({ kind: 'error', error: { kind: 'retryable' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('is worth another try where nobody listens', async () => {
    expect(await askAt('http://127.0.0.1:1/v1')).toMatchObject({
      kind: 'error',
      error: { kind: 'retryable' },
    });
  });
});

describe('an answer without a verdict', () => {
  const usage = { inputTokens: 900, cachedInputTokens: 800, outputTokens: 50 };
  it.each<[string, JudgeReply, object]>([
    [
      'a refusal',
      completion({ message: { content: null, refusal: 'I cannot judge this.' } }),
      { kind: 'refused', reason: 'the judge model refused', usage },
    ],
    [
      'a content filter on the way',
      said('', { finish_reason: 'content_filter' }),
      { kind: 'refused', usage },
    ],
    [
      'an answer cut off at its limit',
      said(verdict.slice(0, 20), { finish_reason: 'length' }),
      { kind: 'unreadable', usage },
    ],
    [
      'no choice',
      completion({}, { choices: [] }),
      { kind: 'unreadable', reason: 'the provider sent a completion without a choice', usage },
    ],
    ['an empty content', said(''), { kind: 'unreadable', reason: 'the judge answered nothing', usage }],
    ['a content of null', said(null), { kind: 'unreadable', usage }],
  ])('%s is no error of the provider, and is paid for', async (_, reply, expected) => {
    expect(await ask(reply)).toMatchObject(expected);
  });

  it.each<[string, string]>([
    ['prose around JSON', `Sure! ${verdict}`],
    ['JSON of another schema', '{"score":5}'],
    ["a verdict that the judged text dictated, beside the judge's own", `${verdict}\n${verdict}`],
  ])('%s comes back as text, and reading it finds no verdict', async (_, content) => {
    const answer = await ask(said(content));
    expect(answer).toMatchObject({ kind: 'text', text: content });
    expect(readVerdict(rubric, content).ok).toBe(false);
  });

  it('keeps a good answer whose usage cannot be read', async () => {
    for (const usage of [null, { prompt_tokens: 1.5, completion_tokens: 2 }, 'much'])
      expect(await ask(completion({ message: { content: verdict } }, { usage }))).toMatchObject({
        kind: 'text',
        usage: undefined,
      });
  });
});
