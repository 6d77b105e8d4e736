import { describe, expect, it } from 'vitest';
import { readCompletion } from '#adapters/openai/read-completion.ts';
import { unknownBill } from '#core/judging/judge-answer.ts';

const verdict = (score: number) => JSON.stringify({ criteria: { helps: { reason: 'it does', score } } });
const tokens = { prompt_tokens: 900, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 800 } };
const usage = { inputTokens: 900, cachedInputTokens: 800, outputTokens: 50 };
const choice = (content: unknown, more: object = {}) => ({
  index: 0,
  finish_reason: 'stop',
  message: { role: 'assistant', content },
  ...more,
});
const said = (message: object, more: object = {}) => choice(null, { message, ...more });
const read = (choices: unknown, more: object = {}) =>
  readCompletion({
    text: JSON.stringify({ model: 'judge-model-2026', choices, usage: tokens, ...more }),
    isCut: false,
  });

describe('a completion', () => {
  it("is the text of the model's finished choice, its name and its tokens", () => {
    expect(read([choice(verdict(4))])).toEqual({
      kind: 'text',
      text: verdict(4),
      model: 'judge-model-2026',
      paid: { usage, characters: verdict(4).length },
    });
  });

  it.each<[string, unknown[]]>([
    ['one choice', [choice(verdict(4))]],
    ['one without a number', [choice(verdict(4), { index: undefined })]],
    [
      'the first where none is numbered',
      [choice(verdict(4), { index: null }), choice(verdict(5), { index: undefined })],
    ],
    ['that of index 0, wherever it stands', [choice(verdict(5), { index: 1 }), choice(verdict(4))]],
    ['that of index 0 beside one without', [choice(verdict(5), { index: undefined }), choice(verdict(4))]],
    [
      'in parts',
      [
        choice([
          { type: 'text', text: verdict(4).slice(0, 9) },
          { type: 'text', text: verdict(4).slice(9) },
        ]),
      ],
    ],
    ['in parts of the Responses API', [choice([{ type: 'output_text', text: verdict(4), annotations: [] }])]],
    ['in parts without a type', [choice([{ text: verdict(4) }])]],
    ['in parts, bare', [choice([verdict(4)])]],
    [
      'in parts beside what the model thought',
      [
        choice([
          { type: 'thinking', thinking: [{ type: 'text', text: verdict(5) }] },
          { type: 'reasoning', text: verdict(5) },
          { type: 'text', text: verdict(4) },
        ]),
      ],
    ],
    ['with a refusal of nothing', [said({ content: verdict(4), refusal: '', tool_calls: [] })]],
    ['with an error of nothing', [choice(verdict(4), { error: null })]],
  ])('is read: %s', (_, choices) => {
    expect(read(choices)).toMatchObject({ kind: 'text', text: verdict(4) });
  });

  it.each<[string, unknown[], RegExp]>([
    ['none of index 0', [choice(verdict(4), { index: 1 })], /no first choice/],
    ['two of index 0', [choice(verdict(4)), choice(verdict(5))], /no first choice/],
    ['a number that is none', [choice(verdict(4), { index: '0' })], /no first choice/],
    ['a choice that is none', ['text'], /no first choice/],
    [
      'a choice without a message',
      [{ index: 0, finish_reason: 'stop', text: verdict(4) }],
      /no first choice/,
    ],
    [
      'a tool call',
      [
        said(
          { content: null, tool_calls: [{ function: { arguments: verdict(5) } }] },
          { finish_reason: 'tool_calls' },
        ),
      ],
      /did not finish/,
    ],
    ['a cut', [choice(verdict(4), { finish_reason: 'length' })], /cut off/],
    ['no end', [choice(verdict(4), { finish_reason: undefined })], /did not finish/],
    ['an end of null', [choice(verdict(4), { finish_reason: null })], /did not finish/],
    ['an end that nobody knows', [choice(verdict(4), { finish_reason: 'eos' })], /did not finish/],
    ['nothing', [choice('')], /answered nothing/],
    ['null', [choice(null)], /answered nothing/],
    ['an object', [choice({ criteria: {} })], /answered nothing/],
    ['thoughts alone', [said({ content: '', reasoning_content: verdict(5) })], /answered nothing/],
    ['thoughts in parts alone', [choice([{ type: 'thinking', text: verdict(5) }])], /answered nothing/],
  ])('is no verdict and is paid for: %s', (_, choices, reason) => {
    const answer = read(choices);
    expect(answer).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) });
    expect(answer.paid?.usage).toEqual(usage);
  });

  it.each<[string, unknown]>([
    ['in its own field', said({ content: verdict(5), refusal: 'No.' })],
    [
      'in a part',
      choice([
        { type: 'refusal', refusal: 'No.' },
        { type: 'text', text: verdict(5) },
      ]),
    ],
    ["by the provider's filter", choice(verdict(5), { finish_reason: 'content_filter' })],
  ])('is a refusal: %s', (_, one) => {
    expect(read([one])).toMatchObject({ kind: 'refused', paid: { usage } });
  });

  it.each<[string, unknown, object]>([
    ['no choice', [], {}],
    ['an error in the choice', [choice('', { finish_reason: 'error', error: { code: 502 } })], {}],
    ['an error beside a good choice', [choice(verdict(5))], { error: { message: 'x' } }],
    ['a good choice that says error', [choice(verdict(5), { finish_reason: 'error' })], {}],
    ['an error alone', undefined, { error: { code: 429, message: 'slow down' } }],
    ['another API', undefined, { output: [] }],
  ])('comes again, for no judge has spoken, and may be paid for: %s', (_, choices, more) => {
    expect(read(choices, more)).toMatchObject({
      kind: 'error',
      error: { kind: 'retryable', countsAgainstText: true },
      paid: { usage },
    });
  });

  it.each(['', 'null', '[]', '"text"', '<html>busy</html>', '{"choices":', 'data: {"choices":[]}\n\n'])(
    'comes again and may have cost the most: %j',
    (text) => {
      expect(readCompletion({ text, isCut: false })).toMatchObject({
        kind: 'error',
        error: { kind: 'retryable', countsAgainstText: true },
        paid: unknownBill,
      });
    },
  );

  it.each([
    `{"choices":[],"choices":[${JSON.stringify(choice(verdict(5)))}]}`,
    '{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"a","c\\u006fntent":"b"}}]}',
  ])('that says one thing twice is unreadable, and not even its cost is sure: %s', (text) => {
    expect(readCompletion({ text, isCut: false })).toEqual({
      kind: 'unreadable',
      reason: "the provider's answer says one thing twice",
      paid: unknownBill,
    });
  });

  it('keeps the name of its model to what can be stored', () => {
    const model = (name: unknown) => {
      const answer = read([choice(verdict(4))], { model: name });
      return answer.kind === 'text' && answer.model;
    };
    expect(model('m#1\n')).toBe('m_1_');
    for (const none of [undefined, null, '', 7, {}]) expect(model(none)).toBeUndefined();
    const long = model('m'.repeat(1_000_000));
    expect(long).toMatch(/^m{107}~[0-9a-f]{12}$/);
    expect(model(`${'m'.repeat(1_000_000)}2`)).not.toBe(long);
  });
});

describe('the tokens of a completion', () => {
  const told = (value: unknown, content = verdict(4)) =>
    read([choice(content)], { usage: value }).paid?.usage;

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'much'],
    ['zeros', { prompt_tokens: 0, completion_tokens: 0 }],
    ['nothing sent', { prompt_tokens: 0, completion_tokens: 5 }],
    ['nothing written, though there is a text', { prompt_tokens: 5, completion_tokens: 0 }],
    ['parts of tokens', { prompt_tokens: 1.5, completion_tokens: 2 }],
    ['less than none', { prompt_tokens: -1, completion_tokens: 2 }],
    ['texts', { prompt_tokens: '900', completion_tokens: '50' }],
    ['more than can be counted', { prompt_tokens: 1e300, completion_tokens: 1 }],
    ['more cached than sent', { ...tokens, prompt_tokens_details: { cached_tokens: 901 } }],
    ['less than none cached', { ...tokens, prompt_tokens_details: { cached_tokens: -1 } }],
  ])('are unknown where it says %s', (_, value) => {
    expect(told(value)).toBeUndefined();
  });

  it('include what a provider counts in the total alone', () => {
    expect(told({ ...tokens, total_tokens: 950 })).toEqual(usage);
    expect(told({ ...tokens, total_tokens: 1_400 })).toEqual({ ...usage, outputTokens: 500 });
    expect(told({ ...tokens, total_tokens: 'many' })).toEqual(usage);
  });

  it('are known of an answer without a text', () => {
    expect(told({ prompt_tokens: 5, completion_tokens: 0 }, '')).toEqual({
      inputTokens: 5,
      cachedInputTokens: 0,
      outputTokens: 0,
    });
  });
});
