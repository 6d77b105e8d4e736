import { describe, expect, it } from 'vitest';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { textsOf } from '#lambdas/sampler/task-of-record.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { accepted, type Json, litellmPayload } from '../../support/parsed-records.ts';

const message = (content: unknown, rest: Json = {}) => ({
  choices: [{ finish_reason: 'stop', message: { role: 'assistant', content }, ...rest }],
});

/** The response record that a payload becomes. */
function mapped(overrides: Json = {}) {
  const parsed = accepted(litellmPayload(overrides));
  if (parsed.kind === 'feedback') throw new Error('a payload is no feedback');
  return parsed.record;
}

describe("a LiteLLM payload's surface", () => {
  const none = { requester_metadata: {} };
  it.each<[string, Json, string]>([
    ['what the requester said', { request_tags: ['surface:tagged'] }, 'chat'],
    [
      'else a tag',
      { metadata: none, request_tags: ['team:a', 7, 'surface:tagged', 'surface:later'] },
      'tagged',
    ],
    ['else the model group', { metadata: none, request_tags: ['surface:'] }, 'gpt-5-eu'],
    ['else the default', { metadata: none, model_group: null }, 'default'],
    [
      'the default where the model group is empty',
      { metadata: null, request_tags: null, model_group: '' },
      'default',
    ],
    [
      'not a number',
      { metadata: { requester_metadata: { surface: 4 } }, request_tags: ['surface:tagged'] },
      'tagged',
    ],
    ['not an empty one', { metadata: { requester_metadata: { surface: '' } } }, 'gpt-5-eu'],
  ])('is %s', (_, overrides, surface) => {
    expect(mapped(overrides).surface).toBe(surface);
  });
});

describe("a LiteLLM payload's texts", () => {
  it.each<[string, unknown, unknown]>([
    [
      'a conversation',
      [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b', name: 'ann' },
      ],
      [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b', name: 'ann' },
      ],
    ],
    ['a prompt', 'tell me', [{ role: 'user', content: 'tell me' }]],
    [
      'a list of prompts',
      ['one', 'two'],
      [
        { role: 'user', content: 'one' },
        { role: 'user', content: 'two' },
      ],
    ],
    ['an empty list', [], []],
    ['null', null, undefined],
    ['an object of another kind of call', { query: 'q', documents: ['d'] }, undefined],
    [
      'items of the Responses API, of which some have no role',
      [
        { role: 'user', content: [{ type: 'input_text', text: 'How warm is it?' }] },
        { type: 'reasoning', summary: [] },
        { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"at":"here"}' },
        { type: 'function_call_output', call_id: 'c1', output: '21' },
        { type: 'web_search_call', id: 'w1', action: { query: 'weather' } },
        { type: 'message', content: 'And tomorrow?' },
        { type: 'input_text', text: 'Please.' },
      ],
      [
        { role: 'user', content: [{ type: 'input_text', text: 'How warm is it?' }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"at":"here"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '21' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'w1',
              type: 'function',
              function: { name: 'web_search', arguments: '{"query":"weather"}' },
            },
          ],
        },
        { type: 'message', content: 'And tomorrow?', role: 'user' },
        { role: 'user', content: [{ type: 'input_text', text: 'Please.' }] },
      ],
    ],
    [
      "Gemini's parts",
      { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
      [{ role: 'user', content: [{ text: 'hi' }] }],
    ],
    ['a single message', { role: 'user', content: 'hi' }, [{ role: 'user', content: 'hi' }]],
    ['tokens', [[1, 2, 3], [4]], undefined],
    ['a redacted prompt', 'redacted-by-litellm', undefined],
    [
      'a redacted conversation in parts',
      [{ role: 'user', content: [{ type: 'text', text: 'redacted-by-litellm' }] }],
      undefined,
    ],
    ['a redacted conversation', [{ role: 'user', content: 'redacted-by-litellm' }], undefined],
  ])('are requested as %s', (_, messages, expected) => {
    expect(mapped({ messages }).request?.messages).toEqual(expected);
  });

  it.each<[string, unknown, unknown]>([
    ['a chat completion', message('hello'), 'hello'],
    [
      'a chat completion in parts',
      message([{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }]),
      'a\nb',
    ],
    ['a text completion', { choices: [{ text: 'hello' }] }, 'hello'],
    ['a stream put together', { choices: [{ delta: { content: 'hello' } }] }, 'hello'],
    [
      'the choice of index 0',
      {
        choices: [
          { index: 1, message: { content: 'other' } },
          { index: 0, message: { content: 'hello' } },
        ],
      },
      'hello',
    ],
    [
      'the output of the Responses API, without its thoughts and calls',
      {
        object: 'response',
        output: [
          { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }] },
          { type: 'function_call', name: 'weather', arguments: '{}' },
          {
            type: 'message',
            role: 'assistant',
            content: [
              { type: 'output_text', text: 'a', annotations: [] },
              { type: 'output_text', text: 'b' },
            ],
          },
        ],
      },
      'a\nb',
    ],
    ['a call alone', { output: [{ type: 'function_call', name: 'weather' }] }, undefined],
    [
      "Anthropic's message",
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'hello' },
          { type: 'tool_use', name: 'weather' },
        ],
        stop_reason: 'end_turn',
      },
      'hello',
    ],
    ["Gemini's candidate", { candidates: [{ content: { parts: [{ text: 'hello' }] } }] }, 'hello'],
    [
      'redacted output',
      { output: [{ type: 'message', content: [{ text: 'redacted-by-litellm' }] }] },
      undefined,
    ],
    ['a list of embeddings', { object: 'list', data: [{ embedding: [0.1] }] }, undefined],
    ['a transcription', { text: 'hello' }, undefined],
    ['a string', 'hello', 'hello'],
    ['an empty string', '', undefined],
    ['null', null, undefined],
    ['an empty object', {}, undefined],
    ['no choice', { choices: [] }, undefined],
    ['choices that are none', { choices: 'x' }, undefined],
    ['a choice of null', { choices: [null] }, undefined],
    ['a tool call without text', message(null, { finish_reason: 'tool_calls' }), undefined],
    ['a list', [1, 2], undefined],
    ['a redacted string', 'redacted-by-litellm', undefined],
    ['a redacted completion', message('redacted-by-litellm'), undefined],
  ])('are answered as %s', (_, response, content) => {
    expect(mapped({ response }).response?.content).toBe(content);
  });

  it('tell a refusal', () => {
    expect(
      mapped({ response: message(null, { message: { content: null, refusal: 'I cannot' } }) }).response
        ?.refused,
    ).toBe(true);
    expect(mapped({ response: message('', { finish_reason: 'content_filter' }) }).response?.refused).toBe(
      true,
    );
    expect(mapped().response?.refused).toBeUndefined();
    for (const response of [
      { output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'I cannot' }] }] },
      { output: [], status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
      { type: 'message', role: 'assistant', content: [], stop_reason: 'refusal' },
      { candidates: [{ finishReason: 'SAFETY' }] },
    ])
      expect(mapped({ response }).response?.refused).toBe(true);
  });

  it.each([
    'aembedding',
    'amoderation',
    'arerank',
    'aimage_generation',
    'aspeech',
    'atranscription',
    'asearch',
  ])('are none of a call of %s, which answers nobody, and it counts all the same', (callType) => {
    const record = mapped({ call_type: callType, messages: ['a', 'b'], response: 'a binary, as text' });
    expect([record.request, record.response?.content]).toEqual([undefined, undefined]);
    expect(record).toMatchObject({ status: 'success', timing: { totalMs: 1620 } });
  });
});

describe('calls of tools beside the text of an answer', () => {
  const chatCall = { id: 'c1', type: 'function', function: { name: 'refund', arguments: '{"order":7}' } };
  const item = { type: 'function_call', name: 'refund', arguments: '{"order":7}' };
  const use = { type: 'tool_use', id: 't1', name: 'refund', input: { order: 7 } };
  const gemini = { name: 'refund', args: { order: 7 } };
  it.each([
    ['chat completions', { choices: [{ message: { content: 'Done.', tool_calls: [chatCall] } }] }, chatCall],
    [
      'the Responses API',
      { output: [{ type: 'message', content: [{ type: 'output_text', text: 'Done.' }] }, item] },
      item,
    ],
    ['Anthropic', { type: 'message', content: [{ type: 'text', text: 'Done.' }, use] }, use],
    [
      'Gemini',
      { candidates: [{ content: { parts: [{ text: 'Done.' }, { functionCall: gemini }] } }] },
      gemini,
    ],
  ])('stay with it for the judge: %s', (_, response, call) => {
    const parsed = accepted(litellmPayload({ response }));
    if (parsed.kind !== 'response') throw new Error(`wanted a response, got ${parsed.kind}`);
    expect(parsed.record.response).toMatchObject({ content: 'Done.', tool_calls: [call] });
    const { system: __, user } = judgePrompt(testRubric(), textsOf(parsed.record), 'a'.repeat(24));
    expect(user).toContain('CALL of refund');
    expect(user).toMatch(/"order":7/);
  });

  it('count as text, and are left out with it where they are too long', () => {
    const long = { ...chatCall, function: { name: 'refund', arguments: 'x'.repeat(300_000) } };
    const parsed = accepted(
      litellmPayload({ response: { choices: [{ message: { content: 'Done.', tool_calls: [long] } }] } }),
    );
    if (parsed.kind !== 'response') throw new Error(`wanted a response, got ${parsed.kind}`);
    expect(parsed.unusable).toContain('texts');
    expect(parsed.record.response?.tool_calls).toBeUndefined();
  });
});
