import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backoffSeconds,
  classifyFailure,
  maxTries,
  type ProviderFailure,
} from '#core/judging/judge-error.ts';

describe('the kind of a failure', () => {
  it.each<[string, ProviderFailure, 'retryable' | 'item' | 'blocking']>([
    ['no answer in time', { cause: 'time-out' }, 'retryable'],
    ['no connection', {}, 'retryable'],
    ['429', { status: 429 }, 'retryable'],
    ['429 by its rate', { status: 429, code: 'rate_limit_exceeded', type: 'tokens' }, 'retryable'],
    ['408', { status: 408 }, 'retryable'],
    ['409', { status: 409 }, 'retryable'],
    ['500', { status: 500 }, 'retryable'],
    ['502', { status: 502 }, 'retryable'],
    ['503', { status: 503 }, 'retryable'],
    ['529', { status: 529, type: 'overloaded_error' }, 'retryable'],
    [
      '429 by a spent quota',
      { status: 429, code: 'insufficient_quota', type: 'insufficient_quota' },
      'blocking',
    ],
    [
      '429 by a spent quota that only the type names',
      { status: 429, code: '429', type: 'insufficient_quota' },
      'blocking',
    ],
    ['400 by a billing limit', { status: 400, code: 'billing_hard_limit_reached' }, 'blocking'],
    ['401', { status: 401, code: 'invalid_api_key' }, 'blocking'],
    ['402', { status: 402 }, 'blocking'],
    ['403', { status: 403 }, 'blocking'],
    ['404', { status: 404, code: 'model_not_found' }, 'blocking'],
    [
      '400 by a parameter',
      { status: 400, code: 'unsupported_parameter', parameter: 'temperature' },
      'blocking',
    ],
    ['400 by the answer schema', { status: 400, parameter: 'response_format' }, 'blocking'],
    ['400 without a word', { status: 400 }, 'blocking'],
    ['405', { status: 405 }, 'blocking'],
    ['400 by a content filter', { status: 400, code: 'content_filter' }, 'item'],
    ['400 by a policy', { status: 400, code: 'invalid_prompt' }, 'item'],
    ['400 by length', { status: 400, code: 'context_length_exceeded', parameter: 'messages' }, 'item'],
    [
      '400 by this text',
      { status: 400, type: 'invalid_request_error', parameter: 'messages[1].content' },
      'item',
    ],
    ['413', { status: 413 }, 'item'],
    ['422', { status: 422 }, 'item'],
  ])('%s is %j: %s', (_, failure, kind) => {
    const error = classifyFailure(failure);
    expect(error.kind).toBe(kind);
    expect(error.reason).not.toBe('');
  });

  it('keeps what the provider asks for, and says what to do about what blocks', () => {
    expect(classifyFailure({ status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 7 })).toEqual({
      kind: 'retryable',
      reason: 'the provider answered 429 (rate_limit_exceeded)',
      retryAfterSeconds: 7,
    });
    expect(classifyFailure({ status: 401 }).reason).toContain("check the key in the judge's secret");
    expect(classifyFailure({ status: 404 }).reason).toContain("check the rubric's judge");
    expect(classifyFailure({ status: 429, code: 'insufficient_quota' }).reason).toContain('raise it or pay');
  });

  it('is one of three for any status and words, and never throws', () => {
    const word = fc.option(fc.string(), { nil: undefined });
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
        word,
        word,
        word,
        (status, code, type, parameter) => {
          expect(['retryable', 'item', 'blocking']).toContain(
            classifyFailure({ status, code, type, parameter }).kind,
          );
        },
      ),
    );
  });
});

describe('the backoff', () => {
  const anyTries = fc.integer({ min: 1, max: 1_000 });
  const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('starts between 5 and 10 seconds and doubles', () => {
    expect([1, 2, 3, 4].map((tries) => backoffSeconds(tries, undefined, 0))).toEqual([5, 10, 20, 40]);
    expect(backoffSeconds(1, undefined, 0.999999)).toBeCloseTo(10, 3);
  });

  it('is never under what the provider asked for, up to the 12 hours that SQS can hide a message', () => {
    fc.assert(
      fc.property(
        anyTries,
        anyRandom,
        fc.double({ min: 0, max: 43_200, noNaN: true }),
        (tries, random, asked) => {
          expect(backoffSeconds(tries, asked, random)).toBeGreaterThanOrEqual(asked);
        },
      ),
    );
    expect(backoffSeconds(1, 7_200, 0.5)).toBe(7_200);
    expect(backoffSeconds(1, 1e9, 0.5)).toBe(43_200);
  });

  it('of its own is at most an hour, at least 5 seconds, and no shorter for more tries', () => {
    fc.assert(
      fc.property(anyTries, anyRandom, (tries, random) => {
        const seconds = backoffSeconds(tries, undefined, random);
        expect(seconds).toBeGreaterThanOrEqual(5);
        expect(seconds).toBeLessThanOrEqual(3_600);
        expect(backoffSeconds(tries + 1, undefined, random)).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });

  it('spreads the tries of many messages over half of its length', () => {
    const waits = Array.from({ length: 100 }, (_, index) => backoffSeconds(5, undefined, index / 100));
    expect(Math.min(...waits)).toBe(80);
    expect(Math.max(...waits)).toBeGreaterThan(158);
  });

  it('carries a judgement over an outage of an hour and a half, and on average of two and a half', () => {
    const span = (random: number) =>
      Array.from({ length: maxTries - 1 }, (_, index) => backoffSeconds(index + 1, undefined, random)).reduce(
        (sum, wait) => sum + wait,
        0,
      ) / 3_600;
    expect(span(0)).toBeGreaterThan(1.5);
    expect(span(0.5)).toBeGreaterThan(2.5);
    // What never succeeds is not tried for a day.
    expect(span(1)).toBeLessThan(3.5);
  });
});
