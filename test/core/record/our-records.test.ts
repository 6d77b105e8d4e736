import { describe, expect, it } from 'vitest';
import { maxNesting, maxTextCharacters, maxTextValues, timeBounds } from '#core/record/rejection.ts';
import {
  accepted,
  type Json,
  ourRecord,
  parse,
  rejected,
  secret,
  sentAt,
} from '../../support/parsed-records.ts';

const { ahead, behind } = timeBounds;
const iso = (at: number) => new Date(at).toISOString();

describe('a response record', () => {
  it('is read as it stands, with its event time in milliseconds', () => {
    const record = ourRecord();
    expect(accepted(record)).toEqual({ kind: 'response', at: sentAt - 1_880, record });
  });

  it('needs no more than id, at, surface and status', () => {
    const least = { id: 'a', at: iso(sentAt), surface: 'chat', status: 'error' };
    expect(accepted(least)).toEqual({ kind: 'response', at: sentAt, record: least });
  });

  it('keeps keys it does not know, at every level', () => {
    const record = ourRecord({
      region: 'eu-west-1',
      request: { messages: [{ role: 'user', content: 'hi', name: 'ann' }], temperature: 0.2 },
      response: { content: 'hello', logprobs: null },
      usage: { reasoningTokens: 7 },
      timing: { queueMs: 4 },
      attempts: [{ status: 'success', region: 'eu' }],
    });
    expect(accepted(record).record).toEqual(record);
  });

  it.each<[string, Json]>([
    ['an answer of null', { response: { content: null, finishReason: null } }],
    [
      'message contents of null, none and parts',
      {
        request: {
          messages: [
            { role: 'assistant', content: null },
            { role: 'tool' },
            { role: 'user', content: [{ type: 'text', text: 'hi' }] },
          ],
        },
      },
    ],
    ['a context that is one string', { context: 'passage' }],
    ['a time with an offset', { at: '2026-11-03T10:00:00+01:00' }],
    ['a time with nanoseconds', { at: '2026-11-03T09:00:00.123456789Z' }],
    ['a leap day', { at: '2028-02-29T00:00:00Z' }],
    ['labels in any script', { surface: 'チャット', cohort: 'Österreich 🇦🇹' }],
    ['a label of 200 characters', { id: 'x'.repeat(200) }],
    ['zeros', { usage: { costUsd: 0, inputTokens: 0 }, timing: { ttftMs: 0, turnsMs: [] }, attempts: [] }],
  ])('may hold %s', (_, overrides) => {
    const sent = Date.parse(String(overrides.at ?? iso(sentAt)));
    expect(accepted(ourRecord(overrides), sent).kind).toBe('response');
  });
});

describe('a body that is no record', () => {
  it.each([
    ['{"id": "my-secret-diagnosis", ', 'malformed-json', 'it ends too early|at character \\d+'],
    ['my-secret-diagnosis', 'malformed-json', 'a character where JSON allows none'],
    ["{'id': 'my-secret-diagnosis'}", 'malformed-json', 'at character 1'],
    ['in JSON at position 42', 'malformed-json', 'a character where JSON allows none'],
    ['{"id":"a"}{"id":"b"}', 'malformed-json', 'at character 10'],
    ['', 'malformed-json', 'it ends too early'],
    ['["my-secret-diagnosis"]', 'not-an-object', 'got a list of 1'],
    ['"my-secret-diagnosis"', 'not-an-object', 'got a string of 19 characters'],
    ['12', 'not-an-object', 'got a number'],
    ['true', 'not-an-object', 'got true'],
    ['null', 'not-an-object', 'got null'],
  ])('is rejected: %s', (body, kind, words) => {
    const rejection = rejected(body);
    expect(rejection.kind).toBe(kind);
    expect(rejection.reason).toMatch(new RegExp(`^Wanted one JSON object a message, .*(${words}).*\\.$`));
  });

  it('is rejected as encrypted where the gateway encrypted it', () => {
    const rejection = rejected({ __encrypted__: true, payload: secret });
    expect(rejection.kind).toBe('encrypted');
    expect(rejection.reason).toContain("Switch the gateway's application-level encryption off");
  });
});

describe('a fault in a field', () => {
  it.each<[string, Json, string]>([
    ['a missing id', { id: undefined }, '"id" of a response record: wanted a string, got nothing'],
    [
      'an empty id',
      { id: '' },
      '"id" of a response record: wanted a string that is not empty, got a string of 0 characters',
    ],
    [
      '"#" in a surface',
      { surface: `a#${secret}` },
      '"surface" of a response record: wanted a name without control characters, "#" and broken Unicode, got a string of 21 characters',
    ],
    ['an id that is a list', { id: ['a'] }, '"id" of a response record: wanted a string, got a list of 1'],
    [
      'a missing time',
      { at: undefined },
      '"at" of a response record: wanted an ISO 8601 date and time with a zone, such as 2026-11-03T09:00:00Z, got nothing',
    ],
    [
      'a time without a zone',
      { at: '2026-11-03T09:00:00' },
      '"at" of a response record: wanted an ISO 8601 date and time with a zone, such as 2026-11-03T09:00:00Z, got a string of 19 characters',
    ],
    [
      'epoch seconds',
      { at: 1_793_696_400 },
      '"at" of a response record: wanted an ISO 8601 date and time with a zone, such as 2026-11-03T09:00:00Z, got a number',
    ],
    ['a day that is none', { at: '2026-02-30T09:00:00Z' }, 'wanted an ISO 8601 date'],
    [
      'a leap second',
      { at: '2026-12-31T23:59:60Z' },
      '"at" of a response record: wanted an instant that clocks have, got a leap second (":60"). Send the second before it or after it.',
    ],
    [
      'another status',
      { status: secret },
      '"status" of a response record: wanted "success" or "error", got a string of 19 characters',
    ],
    ['a null surface', { surface: null }, '"surface" of a response record: wanted a string, got null'],
  ])('%s is named with what was wanted, what came and what to do', (_, overrides, words) => {
    const rejection = rejected(ourRecord(overrides));
    expect(rejection.kind).toBe('invalid-field');
    expect(rejection.reason).toContain(words);
    expect(rejection.reason).toMatch(
      /(?:Mend what the sender writes there; docs\/records\.md describes every field|Send the second .*)\.$/,
    );
  });

  it('is one of several: the first is named, the others are counted', () => {
    expect(rejected({ id: 'a' }).reason).toContain('"at" (one of 3 faults) of a response record');
  });
});

describe('the bounds on "at"', () => {
  it.each([
    ['15 minutes ahead, to the millisecond', sentAt + ahead, true],
    ['a millisecond more', sentAt + ahead + 1, false],
    ['14 days behind, to the millisecond', sentAt - behind, true],
    ['a millisecond less', sentAt - behind - 1, false],
    ['the year 9999', Date.parse('9999-12-31T23:59:59Z'), false],
    ['the year 0', Date.parse('0001-01-01T00:00:00Z'), false],
  ])('of a response: %s', (_, at, fits) => {
    const parsed = parse(ourRecord({ at: iso(at) }));
    expect(parsed.kind).toBe(fits ? 'response' : 'rejected');
    if (parsed.kind !== 'rejected') return;
    expect(parsed.rejection).toEqual({
      kind: 'time-out-of-bounds',
      reason: `Wanted "at" at most 15 minutes after and 14 days before the message was sent (2026-11-03T09:00:00.000Z), got ${iso(at)}. Check the sender's clock, or replay history with "npx assay run".`,
    });
  });

  it('reject, and do not throw, where the sending time is unknown', () => {
    expect(rejected(ourRecord(), Number.NaN).reason).toContain('a time that cannot be read');
  });
});

describe('the bounds on texts', () => {
  /** Nothing is left of the texts, and all else is. */
  const expectTextsLeftOut = (value: unknown) => {
    const parsed = accepted(value);
    if (parsed.kind !== 'response') throw new Error(`read as ${parsed.kind}`);
    const { record, unusable } = parsed;
    expect(unusable).toEqual(['texts']);
    expect([record.request?.messages, record.response?.content, record.context]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(record.id).toBe('resp-1');
  };

  it.each<[string, (length: number) => Json]>([
    [
      'the answer',
      (length) => ({ request: undefined, context: undefined, response: { content: 'x'.repeat(length) } }),
    ],
    [
      'one message',
      (length) => ({
        response: undefined,
        context: undefined,
        request: { messages: [{ role: 'user', content: 'x'.repeat(length - 15) }] },
      }),
    ],
    ['the context', (length) => ({ request: undefined, response: undefined, context: ['x'.repeat(length)] })],
  ])('count %s', (_, texts) => {
    expect(accepted(ourRecord(texts(maxTextCharacters)))).not.toHaveProperty('unusable');
    expectTextsLeftOut(ourRecord(texts(maxTextCharacters + 1)));
  });

  it('count all texts together, keys and parts of messages included, and leave all of them out', () => {
    const half = 'x'.repeat(maxTextCharacters / 2);
    const request = { messages: [{ role: 'user', content: [{ type: 'text', text: half }] }] };
    expectTextsLeftOut(ourRecord({ request, response: { content: half } }));
  });

  it.each<[string, (count: number) => Json]>([
    [
      'messages',
      (count) => ({ request: { messages: Array.from({ length: count / 2 }, () => ({ role: 'u' })) } }),
    ],
    [
      'parts',
      (count) => ({
        request: { messages: [{ role: 'u', content: Array.from({ length: count }, () => 1) }] },
      }),
    ],
    ['passages', (count) => ({ context: Array.from({ length: count }, () => '') })],
  ])('count %s, however short', (_, texts) => {
    expect(accepted(ourRecord(texts(maxTextValues / 2)))).not.toHaveProperty('unusable');
    expectTextsLeftOut(ourRecord(texts(maxTextValues + 1_000)));
  });

  it('leave what the judge never sees alone', () => {
    const record = ourRecord({ metadata: { dump: 'x'.repeat(500_000) } });
    expect(accepted(record)).not.toHaveProperty('unusable');
  });

  it.each<[string, (deep: string) => string]>([
    ['a message part', (deep) => `"request":{"messages":[{"role":"user","content":${deep}}]}`],
    [
      'a key that is not known',
      (deep) => `"request":{"messages":[{"role":"user","content":"hi","tool_calls":${deep}}]}`,
    ],
    ['the context', (deep) => `"context":${deep}`],
    [
      'the arguments of a call',
      (deep) => `"request":{"messages":[{"type":"function_call","arguments":${deep}}]},"context":${deep}`,
    ],
  ])('leave %s out that nests too deep to be written as JSON again', (_, field) => {
    const body = (levels: number) =>
      `{"id":"resp-1","at":"${iso(sentAt)}","surface":"chat","status":"success",${field(`[${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}]`)}}`;
    expect(accepted(body(maxNesting - 10))).not.toHaveProperty('unusable');
    for (const levels of [maxNesting + 10, 150_000]) expectTextsLeftOut(body(levels));
  });

  it('let deep nesting pass where nothing is written again', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = `{"id":"a","at":"${iso(sentAt)}","surface":"chat","status":"success","metadata":{"deep":${deep}}}`;
    expect(accepted(body).kind).toBe('response');
  });
});
