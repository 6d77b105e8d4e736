import { describe, expect, it } from 'vitest';
import { readOrigin } from '#adapters/openai/answer-origin.ts';
import { isTooSoon } from '#core/judging/answer-speed.ts';
import { said, useJudge, verdict } from '../../support/judge-calls.ts';

const { ask, askAt, serve } = useJudge();

describe('an answer that a cache kept', () => {
  it.each([
    { 'x-litellm-cache-hit': 'True' },
    { 'cf-aig-cache-status': 'HIT' },
    { 'x-portkey-cache-status': 'HIT' },
    { 'x-portkey-cache-status': 'SEMANTIC HIT' },
    { 'helicone-cache': 'HIT' },
    { 'x-openrouter-cache-status': 'hit' },
    { 'x-cache': 'Hit from cloudfront' },
    { 'x-cache': 'MISS, HIT' },
    { 'x-cache': 'TCP_HIT' },
    { 'x-cache-hits': '2' },
    { 'x-cached': 'yes' },
    { age: '12' },
  ])('is told by its headers %o', (headers) => {
    expect(readOrigin(new Headers(headers as Record<string, string>), {})).toBe('cache');
  });

  it.each<[Record<string, string>, Record<string, unknown>]>([
    [{}, {}],
    [{ 'cache-control': 'max-age=0, private' }, {}],
    [{ 'cf-aig-cache-status': 'MISS', 'x-cache': 'Miss from cloudfront', age: '0' }, {}],
    [
      { 'x-cache': 'BYPASS', 'x-cache-enabled': 'true', 'x-litellm-cache-hit': 'False', 'x-cache-hits': '0' },
      {},
    ],
    [{ 'x-prompt-cache': 'hit' }, {}],
    [{ 'x-cache-key': 'white-hitch' }, {}],
    // The provider's prompt cache: the model answers all the same.
    [{}, { usage: { prompt_tokens_details: { cached_tokens: 800 } }, cached: false }],
  ])('is none by %o and %o', (headers, body) => {
    expect(readOrigin(new Headers(headers), body)).toBeUndefined();
  });

  it('is told by its body', () => {
    expect(readOrigin(new Headers(), { cached: true })).toBe('cache');
    expect(readOrigin(new Headers(), { metadata: { cache_hit: true } })).toBe('cache');
  });

  it('comes through a call, and a judge that is simulated says so', async () => {
    const url = await serve((_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-litellm-cache-hit': 'True' })
        .end(JSON.stringify({ choices: [{ finish_reason: 'stop', message: { content: verdict } }] }));
    });
    expect(await askAt(url)).toMatchObject({ kind: 'text', text: verdict, origin: 'cache' });
    expect(await ask({ kind: 'text', text: verdict })).toMatchObject({ origin: 'simulation' });
    expect(await ask(said(verdict))).not.toHaveProperty('origin');
  });

  it('is suspected where it comes sooner than any model writes', () => {
    const paid = (outputTokens: number) => ({
      usage: { inputTokens: 900, cachedInputTokens: 0, outputTokens },
      characters: 0,
    });
    expect(isTooSoon(paid(200), 12)).toBe(true);
    expect(isTooSoon(paid(2_000), 100)).toBe(true);
    expect(isTooSoon(paid(200), 60)).toBe(false);
    expect(isTooSoon({ usage: undefined, characters: 8_000 }, 100)).toBe(true);
    expect(isTooSoon({ usage: undefined, characters: 400 }, 100)).toBe(false);
  });
});
