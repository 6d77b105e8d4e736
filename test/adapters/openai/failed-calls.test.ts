import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { unknownBill } from '#core/judging/judge-answer.ts';
import type { JudgeReply } from '#local/judges/judge-server.ts';
import { useJudge, verdict } from '../../support/judge-calls.ts';
import { failure, http } from '../../support/judge-replies.ts';

const { ask, askAt, serve } = useJudge();

describe('a failed call', () => {
  it.each<[string, JudgeReply, object]>([
    [
      '429 with retry-after in seconds',
      failure(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '17' }),
      {
        kind: 'retryable',
        reason: 'the provider is busy or broken (429, rate_limit_exceeded)',
        retryAfterSeconds: 17,
      },
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
      { kind: 'retryable', reason: 'the provider is busy or broken (500)' },
    ],
    [
      '503 with an HTML page',
      http(503, '<html>busy</html>', { 'content-type': 'text/html' }),
      { kind: 'retryable', reason: 'the provider is busy or broken (503)' },
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
        reason:
          "the provider gives no access; check the key in the judge's secret and what the account may use (401, invalid_api_key)",
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
      { kind: 'unknown' },
    ],
    ['a content filter', failure(400, { code: 'content_filter' }), { kind: 'item' }],
    ['a text too long', failure(400, { code: 'context_length_exceeded' }), { kind: 'item' }],
    [
      "a code of somebody's words",
      failure(500, { code: 'my secret diagnosis' }),
      { reason: 'the provider is busy or broken (500)' },
    ],
  ])('%s', async (_, reply, expected) => {
    const answer = await ask(reply);
    expect(answer).toMatchObject({ kind: 'error', error: expected });
    expect(answer).not.toHaveProperty('paid');
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
    paid: unknownBill,
  };

  it('is given up at its time-out where nothing comes', async () => {
    const started = performance.now();
    expect(await ask({ kind: 'text', text: verdict, afterMs: 300_000 }, 150)).toEqual(late);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('is given up at its time-out where the answer stops in its middle', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices":');
    });
    const started = performance.now();
    expect(await askAt(url, 200)).toEqual(late);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('is worth another try where the connection breaks, and costs nothing', async () => {
    const answer = await askAt(await serve((request) => request.socket.destroy()));
    expect(answer).toEqual({
      kind: 'error',
      error: { kind: 'retryable', reason: 'no answer: the connection to the judge failed' },
    });
  });

  it('is known by its status where the error itself breaks off', async () => {
    const url = await serve((_, response) => {
      response.writeHead(401, { 'content-length': '1000' });
      response.write('{"error":', () => response.destroy());
    });
    expect(await askAt(url)).toMatchObject({ kind: 'error', error: { kind: 'blocking' } });
  });

  it('follows no redirect, and sends the key nowhere else', async () => {
    let asked = 0;
    const elsewhere = await serve((_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const url = await serve((_, response) => response.writeHead(307, { location: elsewhere }).end());
    expect(await askAt(url)).toMatchObject({
      kind: 'error',
      error: { kind: 'blocking', reason: expect.stringContaining('sends elsewhere') },
    });
    expect(asked).toBe(0);
  });

  it('reads no answer without end, good or bad', async () => {
    const endless = (status: number) =>
      serve((_, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        const pour = () => {
          while (!response.destroyed && response.write('{"choices":'.repeat(5_000)));
        };
        response.on('drain', pour);
        pour();
      });
    expect(await askAt(await endless(200))).toEqual({
      kind: 'unreadable',
      reason: "the judge's answer does not end",
      paid: unknownBill,
    });
    expect(await askAt(await endless(402))).toMatchObject({ kind: 'error', error: { kind: 'blocking' } });
  });

  it.each<[string, RequestListener]>([
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
  ])('is worth another try where %s, for no judge has spoken; it may cost the most', async (_, listener) => {
    const answer = await askAt(await serve(listener));
    expect(answer).toMatchObject({ kind: 'error', error: { kind: 'retryable' }, paid: unknownBill });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('is worth another try where nobody listens', async () => {
    expect(await askAt('http://127.0.0.1:1/v1')).toMatchObject({
      kind: 'error',
      error: { kind: 'retryable' },
    });
  });
});
