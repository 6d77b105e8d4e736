import { describe, expect, it } from 'vitest';
import { accepted, type Json, litellmPayload, rejected, secret } from '../../support/parsed-records.ts';

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

  it('is held to the form of names, and the reason says where it came from', () => {
    const metadata = { requester_metadata: { surface: `a#${secret}` } };
    expect(rejected(litellmPayload({ metadata })).reason).toContain(
      'the surface ("metadata.requester_metadata.surface", a tag "surface:…" or "model_group") of a LiteLLM standard logging payload: wanted a name',
    );
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
    ['a string', 'hello', 'hello'],
    ['an empty string', '', ''],
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
  });
});
