import { describe, expect, it } from 'vitest';
import { readVerdict } from '#core/rubric/verdict.ts';
import type { JudgeReply } from '#local/judges/judge-server.ts';
import { completion, name, prompt, rubric, said, useJudge, verdict } from '../../support/judge-calls.ts';
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
    const before = asked();
    await ask(failure(500, { message: 'boom' }));
    expect(asked()).toBe(before + 1);
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
