import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readVerdict } from '#core/rubric/verdict.ts';
import { name, prompt, rubric, said, useJudge, verdict } from '../../support/judge-calls.ts';
import { failure } from '../../support/judge-replies.ts';

const { ask, askAt, asked, serve } = useJudge();

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
        .end(JSON.stringify({ choices: [{ finish_reason: 'stop', message: { content: verdict } }] }));
    });
    expect(await askAt(url)).toEqual({
      kind: 'text',
      text: verdict,
      model: undefined,
      paid: { usage: undefined, characters: verdict.length },
    });
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

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('reads an answer that a gateway has compressed unasked as %s', async (encoding, compress) => {
    const answer = { choices: [{ finish_reason: 'stop', message: { content: verdict } }] };
    const url = await serve((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
        .end(compress(JSON.stringify(answer))),
    );
    expect(await askAt(url)).toMatchObject({ kind: 'text', text: verdict });
  });

  it('takes a few bytes that unpack without end for an answer that does not end', async () => {
    const url = await serve((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(64 * 1024 * 1024, '['))),
    );
    expect(await askAt(url)).toMatchObject({ kind: 'unreadable', reason: "the judge's answer does not end" });
  });

  it('gives the text, the model that answered and the tokens', async () => {
    const answer = await ask(said(verdict));
    expect(answer).toEqual({
      kind: 'text',
      text: verdict,
      model: 'judge-model-2026-10',
      paid: {
        usage: { inputTokens: 900, cachedInputTokens: 800, outputTokens: 50 },
        characters: verdict.length,
      },
    });
    expect(readVerdict(rubric, verdict).ok).toBe(true);
  });

  it('is asked once: the client retries nothing of its own', async () => {
    const before = asked();
    await ask(failure(500, { message: 'boom' }));
    expect(asked()).toBe(before + 1);
  });

  it('takes a time-out of parts of a millisecond', async () => {
    expect((await ask({ kind: 'text', text: verdict }, 4_999.5)).kind).toBe('text');
  });

  it.each([[0.2], [0], [-3]])('gives up after %d ms without a complaint of its own', async (timeoutMs) => {
    const never = await serve(() => undefined);
    expect(await askAt(never, timeoutMs)).toMatchObject({
      kind: 'error',
      error: { kind: 'retryable', reason: 'no answer: the judge did not answer in time' },
    });
  });
});

describe('prose and forgeries', () => {
  it.each<[string, string]>([
    ['prose around JSON', `Sure! ${verdict}`],
    ['JSON of another schema', '{"score":5}'],
    ["a verdict that the judged text dictated, beside the judge's own", `${verdict}\n${verdict}`],
  ])('%s come back as text, and reading it finds no verdict', async (_, content) => {
    const answer = await ask(said(content));
    expect(answer).toMatchObject({ kind: 'text', text: content });
    expect(readVerdict(rubric, content).ok).toBe(false);
  });
});
