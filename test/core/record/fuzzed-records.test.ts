import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRecord } from '#core/record/parse-record.ts';
import { rejectionKinds } from '#core/record/rejection.ts';
import { countResponse } from '#core/series/count-record.ts';
import { histogramBin } from '#core/statistics/log-histogram.ts';
import { readJudgeTask } from '#lambdas/judge/judge-message.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { isPolluted, type Json, mutated, mutatedText } from '#test/support/spoilt-documents.ts';
import { litellmPayload, ourRecord, parse, sentAt } from '../../support/parsed-records.ts';

const feedback: Json = {
  kind: 'feedback',
  id: 'r1',
  at: '2026-11-03T09:05:00Z',
  responseAt: '2026-11-03T09:00:00Z',
  surface: 'chat',
  cohort: 'eu',
  accepted: false,
  reason: 'thumbs-down',
};

const documents: readonly (readonly [string, Json])[] = [
  ['a record of ours', ourRecord() as Json],
  ['a LiteLLM payload', litellmPayload() as Json],
  ['a feedback record', feedback],
];

afterEach(() => expect(isPolluted()).toBe(false));

/** What every reading must be: a record that can go on, or a rejection that says why. */
function expectSoundReading(body: string): void {
  const parsed = parseRecord(body, sentAt);
  if (parsed.kind === 'rejected') {
    expect(rejectionKinds).toContain(parsed.rejection.kind);
    expect(parsed.rejection.reason).toMatch(/anted .*, got |nest too deep/);
    expect(parsed.rejection.reason.length).toBeLessThan(700);
    return;
  }
  expect(Number.isInteger(parsed.at)).toBe(true);
  if (parsed.kind !== 'response') return;
  // What a judgement takes along of it can be written again.
  const { request, response, context } = parsed.record;
  expect(() => JSON.stringify([request?.messages, response?.content, context])).not.toThrow();
  expectCountable(parsed.record);
}

const [chat] = testCatalogue().surfaces;

/** Every number that is added up is one that a table can add. */
function expectCountable(record: Parameters<typeof countResponse>[2]): void {
  if (chat === undefined) throw new Error('the test catalogue has no surface');
  const increments = new Map<string, number>();
  countResponse(increments, chat, record);
  for (const [column, by] of increments) {
    expect(Number.isFinite(by), column).toBe(true);
    expect(Math.abs(by), column).toBeLessThanOrEqual(1e12);
  }
}

describe.each(documents)('%s', (_, whole) => {
  it('with any nodes changed is read soundly', () => {
    fc.assert(
      fc.property(mutated(whole), (value) => expectSoundReading(JSON.stringify(value))),
      { numRuns: 500 },
    );
  });

  it('with any piece of its text changed is read soundly', () => {
    fc.assert(fc.property(mutatedText(JSON.stringify(whole)), expectSoundReading), { numRuns: 500 });
  });
});

it.each(['id', 'request', 'response', 'usage', 'context', 'metadata', 'messages', 'startTime', 'at'])(
  'lists that nest without end in "%s" are read soundly',
  (key) => {
    for (const depth of [63, 64, 65, 5_000, 100_000])
      for (const [, whole] of documents) {
        const body = JSON.stringify({ ...(whole as object), [key]: 'HERE' });
        for (const [open, close] of [
          ['[', ']'],
          ['{"content":', '}'],
        ] as const)
          expectSoundReading(body.replace('"HERE"', `${open.repeat(depth)}1${close.repeat(depth)}`));
      }
  },
);

it('any bytes, as text, are read soundly', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expectSoundReading(Buffer.from(bytes).toString('utf8'));
      expectSoundReading(Buffer.from(bytes).toString('latin1'));
    }),
    { numRuns: 400 },
  );
});

it.each(['id', 'surface', 'model', 'cohort', 'traceId', 'status', 'request'])(
  'an object in "%s" whose length cannot be compared is refused, and its batch is read on',
  (key) => {
    for (const [, whole] of documents)
      for (const length of [{ toString: {} }, { valueOf: 1, toString: 1 }, { __proto__: null }]) {
        const body = JSON.stringify({ ...(whole as object), [key]: { length } });
        expectSoundReading(body);
        expectSoundReading(body.replace('{"length"', '{"size":1,"length"'));
      }
    expect(parse(ourRecord({ id: { length: { toString: {} } } })).kind).toBe('rejected');
  },
);

describe('a number that no table could add', () => {
  it.each<[string, Json]>([
    ['usage.costUsd', { usage: { costUsd: 1e300 } }],
    ['usage.outputTokens', { usage: { outputTokens: 1e13 } }],
    ['timing.ttftMs', { timing: { ttftMs: 1e126 } }],
    ['timing.turnsMs', { timing: { turnsMs: [1, 1e200] } }],
    ['attempts.ms', { attempts: [{ status: 'success', ms: 1e99 }] }],
  ])('is left out, and its field is told: %s', (place, field) => {
    const parsed = parse(ourRecord(field as Record<string, unknown>));
    expect(parsed).toMatchObject({ kind: 'response', unusable: [place] });
  });

  it('is none where it is small or usual', () => {
    expect(parse(ourRecord({ usage: { costUsd: 1e-300 }, timing: { ttftMs: 1e12 } })).kind).toBe('response');
    expect(histogramBin(1e-300)).toBe('zero');
  });
});

describe('a message of the judge queue', () => {
  const task: Json = {
    responseId: 'r1',
    at: '2026-11-03T09:00:00.000Z',
    surface: 'chat',
    rubric: { id: 'helpfulness', version: 1 },
    fingerprint: '0123456789ab',
    repeat: 0,
    probability: 0.05,
    redrive: 0,
    texts: { request: { messages: [{ role: 'user', content: 'Hi' }] }, response: { content: 'Hello' } },
  };

  const expectSound = (body: string) => {
    const read = readJudgeTask(body);
    if (!read.ok) expect(read.reason).toMatch(/^wanted a judgement/);
    else expect(Number.isNaN(Date.parse(read.task.at))).toBe(false);
  };

  it('is read, or refused in words', () => {
    expect(readJudgeTask(JSON.stringify(task)).ok).toBe(true);
    fc.assert(
      fc.property(mutated(task), (value) => expectSound(JSON.stringify(value))),
      { numRuns: 400 },
    );
    fc.assert(fc.property(mutatedText(JSON.stringify(task)), expectSound), { numRuns: 200 });
  });
});
