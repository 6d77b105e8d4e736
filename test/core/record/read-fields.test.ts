import { describe, expect, it } from 'vitest';
import { accepted, type Json, ourRecord } from '../../support/parsed-records.ts';

/** The record as read, and what of it was of no use. */
function read(overrides: Json) {
  const parsed = accepted(ourRecord(overrides));
  if (parsed.kind !== 'response') throw new Error(`read as ${parsed.kind}`);
  return parsed;
}

describe('an optional field', () => {
  const optional = ['model', 'provider', 'release', 'cohort', 'traceId', 'user', 'context', 'metadata'];
  const objects = ['request', 'response', 'usage', 'timing', 'attempts'];

  it.each([...optional, ...objects])('is not given where it is null or empty: %s', (field) => {
    for (const nothing of [null, '']) {
      const { record, unusable } = read({ [field]: nothing });
      expect(unusable).toBeUndefined();
      expect(record).toEqual({ ...ourRecord(), [field]: undefined });
    }
  });

  it('is not given where it is null within another', () => {
    const nulls = {
      request: { messages: null },
      response: { content: null, finishReason: null, refused: null },
      usage: { inputTokens: null, outputTokens: '', costUsd: 0.5 },
      timing: { ttftMs: null, totalMs: 610, turnsMs: null },
      attempts: [{ provider: null, status: 'success', ms: null }],
    };
    const { record, unusable } = read(nulls);
    expect(unusable).toBeUndefined();
    expect(JSON.parse(JSON.stringify(record))).toMatchObject({
      request: {},
      response: {},
      usage: { costUsd: 0.5 },
      timing: { totalMs: 610 },
      attempts: [{ status: 'success' }],
    });
  });

  it.each<[string, Json, string[]]>([
    ['a control character in a cohort', { cohort: 'a\u0000b' }, ['cohort']],
    ['a release too long', { release: 'r'.repeat(201) }, ['release']],
    ['a flag as model', { model: true }, ['model']],
    ['a list as provider', { provider: ['a'] }, ['provider']],
    ['an object as user', { user: { id: 7 } }, ['user']],
    ['a trace in an object', { traceId: {} }, ['traceId']],
    ['an answer instead of its object', { response: 'hello' }, ['response']],
    ['messages instead of their object', { request: [] }, ['request']],
    ['a message without a role', { request: { messages: [{ content: 'hi' }] } }, ['request.messages']],
    ['a message that is a text among others', { request: { messages: ['a', 'b'] } }, ['request.messages']],
    ['no message at all', { request: { messages: Array(50_000).fill({}) } }, ['request.messages']],
    ['an answer that is a number', { response: { content: 7 } }, ['response.content']],
    ['an answer without text', { response: { content: [{ type: 'image' }] } }, ['response.content']],
    ['a finish reason in a list', { response: { finishReason: ['stop'] } }, ['response.finishReason']],
    ['refused as a word', { response: { refused: 'yes' } }, ['response.refused']],
    ['a number instead of usage', { usage: 7 }, ['usage']],
    [
      'words, a negative number, a flag',
      {
        usage: { inputTokens: 'many', outputTokens: -1, costUsd: true },
      },
      ['usage.inputTokens', 'usage.outputTokens', 'usage.costUsd'],
    ],
    ['a list instead of timing', { timing: [] }, ['timing']],
    ['a duration in an object', { timing: { ttftMs: {}, totalMs: 5 } }, ['timing.ttftMs']],
    ['a turn that is none', { timing: { turnsMs: [1, null, 3] } }, ['timing.turnsMs']],
    ['turns without end', { timing: { turnsMs: Array(130_000).fill(1) } }, ['timing.turnsMs']],
    ['an attempt without outcome', { attempts: [{ status: 'success' }, { ms: 1 }] }, ['attempts']],
    ['attempts in an object', { attempts: { status: 'success' } }, ['attempts']],
    [
      'attempts at nobody and for nothing',
      {
        attempts: [
          { status: 'success', provider: {}, ms: 'fast' },
          { status: 'error', provider: '#' },
        ],
      },
      ['attempts.provider', 'attempts.ms'],
    ],
    ['a list as metadata', { metadata: [] }, ['metadata']],
  ])('is left out and told where it is of no use: %s', (_, overrides, fields) => {
    const { record, unusable } = read(overrides);
    expect(unusable).toEqual(fields);
    expect(record).toMatchObject({ id: 'resp-1', surface: 'chat', status: 'success' });
    for (const field of fields.filter((each) => !each.startsWith('attempts.'))) {
      const [outer = '', inner = ''] = field.split('.');
      const value = (record as Json)[outer] as Json | undefined;
      expect(inner === '' ? value : value?.[inner]).toBeUndefined();
    }
  });

  it('tells a number beyond the double range', () => {
    const body = JSON.stringify(ourRecord()).replace('"costUsd":0.0021', '"costUsd":1e999');
    expect(accepted(body)).toMatchObject({ unusable: ['usage.costUsd'] });
  });

  it.each<[string, Json, Json]>([
    [
      'numbers as text',
      { usage: { costUsd: '0.0021', inputTokens: ' 12 ' } },
      {
        usage: { costUsd: 0.0021, inputTokens: 12 },
      },
    ],
    [
      'numbers as names',
      { cohort: 3, release: 1.4, traceId: 12, user: 48 },
      {
        cohort: '3',
        release: '1.4',
        traceId: '12',
        user: '48',
      },
    ],
    [
      'an answer in parts',
      { response: { content: [{ type: 'text', text: 'a' }, 'b'] } },
      {
        response: { content: 'a\nb' },
      },
    ],
    [
      'one question as messages',
      { request: { messages: 'Why?' } },
      {
        request: { messages: [{ role: 'user', content: 'Why?' }] },
      },
    ],
    [
      'a message whose content is one part',
      {
        request: { messages: [{ role: 'user', content: { type: 'text', text: 'Why?' } }] },
      },
      { request: { messages: [{ role: 'user', content: [{ type: 'text', text: 'Why?' }] }] } },
    ],
    [
      'passages of other forms',
      { context: ['a', 3, null, ['b', 0.9], { text: 'c' }] },
      {
        context: ['a', '3', { passage: ['b', 0.9] }, { text: 'c' }],
      },
    ],
    ['one passage that is an object', { context: { text: 'c' } }, { context: [{ text: 'c' }] }],
    ['a user of any length', { user: 'u'.repeat(5_000) }, { user: 'u'.repeat(5_000) }],
  ])('is read in other writings: %s', (_, overrides, wanted) => {
    const { record, unusable } = read(overrides);
    expect(unusable).toBeUndefined();
    expect(record).toMatchObject(wanted);
  });
});

describe('an id', () => {
  it.each<[string, unknown, RegExp]>([
    ['of 200 characters stays', 'x'.repeat(200), /^x{200}$/],
    ['that is longer keeps its start', `start-${'x'.repeat(400)}`, /^start-x{114}~[0-9a-f]{32}$/],
    ['with what parts keys stays readable', 'order#7\n', /^order_7_~[0-9a-f]{32}$/],
    ['cut within a character is well-formed', `${'x'.repeat(119)}😀${'y'.repeat(200)}`, /^x{119}\ufffd~/],
    ['with half a character is made whole', 'a\ud800', /^a\ufffd~[0-9a-f]{32}$/],
    ['that is a number is its digits', 42, /^42$/],
  ])('%s', (_, id, form) => {
    const { record, unusable } = read({ id });
    expect(record.id).toMatch(form);
    expect(unusable).toBeUndefined();
  });
});

describe('a time', () => {
  it.each([
    ['2026-11-03T10:00:00+0100'],
    ['2026-11-03t09:00:00z'],
    ['2026-11-03 09:00:00Z'],
    ['2026-11-03T10:00:00.000000+01'],
    ['2026-11-03T09:00Z'],
    ['2026-11-03 09:00:00 UTC'],
    ['2026-11-03T10:00:00+01:00[Europe/Berlin]'],
  ])('may be written %s', (at) => {
    expect(accepted(ourRecord({ at }))).toMatchObject({ at: Date.parse('2026-11-03T09:00:00Z') });
  });
});
