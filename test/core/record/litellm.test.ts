import { describe, expect, it } from 'vitest';
import { timeBounds } from '#core/record/rejection.ts';
import {
  accepted,
  type Json,
  litellmPayload,
  parse,
  rejected,
  secret,
  sentAt,
} from '../../support/parsed-records.ts';

/** The response record that a payload becomes. */
function mapped(overrides: Json = {}) {
  const parsed = accepted(litellmPayload(overrides));
  if (parsed.kind === 'feedback') throw new Error('a payload is no feedback');
  return parsed.record;
}

describe('a LiteLLM standard logging payload', () => {
  it('becomes a response record', () => {
    const endTime = Date.parse('2026-11-03T08:59:58.120Z');
    expect(
      accepted(
        litellmPayload({
          endTime: endTime / 1000,
          startTime: endTime / 1000 - 1.62,
          completionStartTime: endTime / 1000 - 1.31,
        }),
      ),
    ).toEqual({
      kind: 'response',
      at: endTime,
      record: {
        id: 'chatcmpl-1',
        at: '2026-11-03T08:59:58.120Z',
        surface: 'chat',
        status: 'success',
        model: 'gpt-5',
        provider: 'openai',
        release: 'r7',
        cohort: 'eu',
        traceId: 'trace-1',
        request: { messages: [{ role: 'user', content: `What is ${secret}?` }] },
        response: { content: `It is ${secret}.`, finishReason: 'stop' },
        usage: { inputTokens: 12, outputTokens: 34, costUsd: 0.0021 },
        timing: { ttftMs: 310, totalMs: 1620 },
        metadata: { gateway: 'litellm', callType: 'acompletion', modelGroup: 'gpt-5-eu' },
      },
    });
  });

  it('needs no more than its id, status, times and one key of its own', () => {
    const record = mapped({
      ...Object.fromEntries(Object.keys(litellmPayload()).map((key) => [key, null])),
      id: 'a',
      status: 'success',
      startTime: sentAt / 1000 - 2,
      endTime: sentAt / 1000,
    });
    expect(record).toMatchObject({ id: 'a', surface: 'default', timing: { totalMs: 2000 } });
    expect(record.request).toBeUndefined();
    expect(record.response?.content).toBeUndefined();
  });

  it('is told apart by shape: a record of ours with such keys stays ours', () => {
    const parsed = parse({ ...litellmPayload(), at: new Date(sentAt).toISOString(), surface: 'search' });
    expect(parsed).toMatchObject({ kind: 'response', record: { surface: 'search' } });
  });

  it.each<[string, Json]>([
    ['call_type', { custom_llm_provider: undefined, model_group: undefined }],
    ['custom_llm_provider', { call_type: undefined, model_group: undefined }],
    ['model_group', { call_type: undefined, custom_llm_provider: undefined }],
  ])('is known by "%s" alone', (_, overrides) => {
    expect(accepted(litellmPayload(overrides)).kind).toBe('response');
  });
});

describe('its times', () => {
  it.each([
    ['epoch seconds as a float', 1_793_696_398.12, '2026-11-03T08:59:58.120Z'],
    ['epoch seconds that no double holds exactly', 1_793_696_399.999, '2026-11-03T08:59:59.999Z'],
    ['whole epoch seconds', 1_793_696_400, '2026-11-03T09:00:00.000Z'],
    ['UTC without a zone', '2026-11-03 08:59:58.120371', '2026-11-03T08:59:58.120Z'],
    ['UTC without a fraction', '2026-11-03 08:59:58', '2026-11-03T08:59:58.000Z'],
    ['a date with an offset', '2026-11-03T09:59:58.120+01:00', '2026-11-03T08:59:58.120Z'],
    ['a date with Z', '2026-11-03T08:59:58.120Z', '2026-11-03T08:59:58.120Z'],
  ])('may be %s', (_, endTime, at) => {
    expect(mapped({ endTime })).toMatchObject({ at });
  });

  it('make the durations, where it does not say them itself', () => {
    const times = {
      startTime: '2026-11-03 08:59:50.000000',
      completionStartTime: '2026-11-03 08:59:50.250000',
      endTime: '2026-11-03 08:59:53.500000',
    };
    expect(mapped({ ...times, response_time: null }).timing).toEqual({ ttftMs: 250, totalMs: 3500 });
    expect(mapped({ ...times, response_time: '3.25', stream: false }).timing).toEqual({ totalMs: 3250 });
  });

  it('do not take the time to the first token of a stream, which is its response_time, for the whole', () => {
    const record = mapped({ response_time: 0.31 });
    expect(record.timing).toEqual({ ttftMs: 310, totalMs: 1620 });
    expect(mapped({ response_time: 0.31, startTime: null }).timing?.totalMs).toBe(310);
  });

  it('give no time to the first token where nothing was streamed', () => {
    expect(mapped({ stream: false }).timing).toEqual({ totalMs: 1620 });
    expect(mapped({ stream: null }).timing).toEqual({ totalMs: 1620 });
    expect(mapped({ completionStartTime: null }).timing).toEqual({ totalMs: 1620 });
  });

  it('never make a negative duration, however clocks run', () => {
    const record = mapped({
      startTime: 1_793_696_398.2,
      completionStartTime: 1_793_696_398,
      response_time: -0.01,
    });
    expect(record.timing).toEqual({ ttftMs: 0, totalMs: 0 });
  });

  it.each([
    ['a time in words', 'yesterday'],
    ['an empty time', ''],
    ['a time beyond all calendars', 1e300],
  ])('that are %s are rejected by their own name', (_, time) => {
    const rejection = rejected(litellmPayload({ startTime: time, endTime: time }));
    expect(rejection.kind).toBe('invalid-field');
    expect(rejection.reason).toContain('"endTime"');
  });

  it('are held to the bounds, to the millisecond', () => {
    const at = (ms: number) => litellmPayload({ endTime: ms / 1000 });
    expect(parse(at(sentAt + timeBounds.ahead)).kind).toBe('response');
    expect(rejected(at(sentAt + timeBounds.ahead + 1)).reason).toContain(
      'Wanted "endTime" at most 15 minutes',
    );
    expect(parse(at(sentAt - timeBounds.behind)).kind).toBe('response');
    expect(rejected(at(sentAt - timeBounds.behind - 1)).kind).toBe('time-out-of-bounds');
  });
});

describe('a LiteLLM failure', () => {
  const failure = (overrides: Json = {}) =>
    litellmPayload({
      status: 'failure',
      response: null,
      response_cost: 0,
      error_str: `boom ${secret}`,
      error_information: { error_code: '429', error_class: 'RateLimitError', llm_provider: 'azure' },
      ...overrides,
    });

  it('is a failed attempt of the provider that failed, and no final outcome', () => {
    expect(accepted(failure())).toMatchObject({
      kind: 'provider-failure',
      record: { status: 'error', provider: 'azure' },
    });
  });

  it('falls back to the provider that was asked', () => {
    expect(accepted(failure({ error_information: { llm_provider: '' } }))).toMatchObject({
      record: { provider: 'openai' },
    });
    expect(accepted(failure({ error_information: null }))).toMatchObject({ record: { provider: 'openai' } });
  });

  it('keeps nothing of its error text', () => {
    expect(JSON.stringify(accepted(failure({ messages: null })))).not.toContain(secret);
  });
});

describe('a fault in a payload', () => {
  it("is named in the payload's own words where nothing goes without the field", () => {
    expect(rejected(litellmPayload({ status: 'pending' })).reason).toContain(
      '"status" of a LiteLLM standard logging payload: wanted "success" or "failure", got a string of 7 characters',
    );
  });

  it.each<[string, Json, Json, string[]?]>([
    ['tokens of null', { prompt_tokens: null, completion_tokens: null, response_cost: null }, {}],
    ['tokens in words', { prompt_tokens: 'many' }, {}, ['usage.inputTokens']],
    ['tokens as text', { prompt_tokens: '12' }, { usage: { inputTokens: 12 } }],
    ['negative tokens', { completion_tokens: -1 }, {}, ['usage.outputTokens']],
    ['a cost without bounds', { response_cost: 1e300 }, {}, ['usage.costUsd']],
    ['an end that is a flag', { endTime: true }, { at: '2026-11-03T08:59:56.500Z' }, ['at']],
    ['metadata that are a list', { metadata: [secret] }, { surface: 'gpt-5-eu' }, ['metadata']],
    ['a number as message', { messages: [7] }, {}, ['request.messages']],
    ['a model too long', { model: 'm'.repeat(201) }, {}, ['model']],
    ['a trace id that is too long', { trace_id: `t${'x'.repeat(400)}` }, {}],
    ['a user that is a number', { end_user: 48_151_623 }, { user: '48151623' }],
    ['a user that is an object', { end_user: { device_id: 'd' } }, { user: undefined }, ['user']],
    ['an error in a word', { error_information: 'none', request_tags: 'a', model_group: 3 }, {}],
    ['a status of another form', { status: 1, status_fields: { llm_api_status: 'success' } }, {}],
    [
      'a surface that keys cannot hold',
      { model_group: 'a#b', metadata: null },
      { surface: 'default' },
      ['surface'],
    ],
  ])('costs its field alone: %s', (_, overrides, fields, unusable) => {
    const parsed = accepted(litellmPayload(overrides));
    expect(parsed).toMatchObject({ kind: 'response', record: { status: 'success', ...fields } });
    expect(parsed.unusable).toEqual(unusable);
  });
});

describe("a payload's identity", () => {
  const idOf = (overrides: Json) => mapped(overrides).id;

  it.each([
    ['null', null],
    ['an empty one', ''],
    ['no text', { id: 1 }],
    ['missing', undefined],
  ])('is made of its trace and times where its id is %s, the same at each try', (_, id) => {
    expect(idOf({ id })).toMatch(/^litellm-[0-9a-f]{24}$/);
    expect(idOf({ id })).toBe(idOf({ id }));
    const others = [
      { id },
      { id, trace_id: 'trace-2' },
      { id, trace_id: null },
      { id, startTime: 1_793_696_396.501 },
    ].map(idOf);
    expect(new Set(others).size).toBe(4);
  });

  it('is a readable start and a hash where its id is longer than a key takes', () => {
    const long = `resp_${'a'.repeat(236)}`;
    expect(long).toHaveLength(241);
    expect(idOf({ id: long })).toMatch(/^resp_a{115}~[0-9a-f]{32}$/);
    expect(idOf({ id: `${long}b` })).not.toBe(idOf({ id: long }));
    expect(idOf({ id: 'a'.repeat(200) })).toBe('a'.repeat(200));
  });
});
