import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHttpAnswer } from '#adapters/openai/call-once.ts';
import { chargeOf, largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

/**
 * Answers of judges as providers give them, each with 200 random changes: cut, doubled, spliced, with other bytes, other
 * values and other keys. Whatever comes, nothing throws, nobody's verdict is counted and nothing is billed under the truth.
 */

const rubric = testRubric();
const judge = testJudge();
const { prices } = judge;
const prompt = judgePrompt(
  rubric,
  { request: { messages: [{ role: 'user', content: 'Hi?' }] }, response: { content: 'Hello.' } },
  'n'.repeat(24),
);
const reservedUsd = largestCallUsd(rubric, judge, prompt);

const verdict = (score: number, reason = 'It says: "fine".') =>
  JSON.stringify({ criteria: { helps: { reason, score } } });
const usage = { prompt_tokens: 700, completion_tokens: 60, total_tokens: 760 };
const choice = (content: unknown, more: object = {}) => ({
  index: 0,
  finish_reason: 'stop',
  message: { role: 'assistant', content },
  ...more,
});
const head = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'judge-model' };

const answers: Readonly<Record<string, object>> = {
  openai: {
    ...head,
    choices: [choice(verdict(4), { logprobs: null })],
    usage: { ...usage, prompt_tokens_details: { cached_tokens: 512, audio_tokens: 0 } },
    service_tier: 'default',
  },
  azure: {
    ...head,
    choices: [choice(verdict(2), { content_filter_results: { hate: { filtered: false } } })],
    prompt_filter_results: [{ prompt_index: 0 }],
    usage,
  },
  bedrock: { ...head, choices: [choice(verdict(3))], usage },
  vllm: {
    ...head,
    choices: [
      choice(verdict(1), {
        stop_reason: null,
        message: { role: 'assistant', content: verdict(1), tool_calls: [] },
      }),
    ],
    usage: { ...usage, prompt_tokens_details: null },
  },
  litellm: { ...head, choices: [choice(verdict(5), { provider_specific_fields: {} })], usage, error: null },
  openrouter: {
    ...head,
    provider: 'p',
    choices: [
      choice(verdict(4), { native_finish_reason: 'stop', index: 0 }),
      choice(verdict(1), { index: 1 }),
    ],
    usage,
  },
  mistral: {
    ...head,
    choices: [
      choice([
        { type: 'thinking', thinking: [{ type: 'text', text: verdict(5) }] },
        { type: 'text', text: verdict(2) },
      ]),
    ],
    usage,
  },
  gemini: { ...head, choices: [choice(verdict(3))], usage: { ...usage, total_tokens: 1_500 } },
  deepseek: {
    ...head,
    choices: [
      choice(verdict(4), {
        message: { role: 'assistant', content: verdict(4), reasoning_content: verdict(1) },
      }),
    ],
    usage,
  },
  refused: {
    ...head,
    choices: [choice(verdict(5), { message: { content: verdict(5), refusal: 'No.' } })],
    usage,
  },
};

/** A change of a text: what stands at two places of it, and what comes in between. */
const change = fc.record({
  how: fc.constantFrom('cut', 'drop', 'double', 'move', 'byte', 'number', 'splice', 'swap', 'add'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 60 }),
  other: fc.nat(),
  insert: fc.constantFrom(
    ...[
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      'null',
      '0',
      '-1',
      '1e309',
      '\\u0073',
      '\u0000',
      '\ud800',
      '"score":5,',
    ],
    ...['"content":null,', '"finish_reason":"length",', '"index":1,', '"usage":{},', verdict(5)],
  ),
});

function mutate(
  text: string,
  { how, at, length, other, insert }: typeof change extends fc.Arbitrary<infer T> ? T : never,
): string {
  const from = at % text.length;
  const to = Math.min(text.length, from + length);
  const place = other % text.length;
  const piece = text.slice(from, to);
  switch (how) {
    case 'cut':
      return text.slice(0, from);
    case 'drop':
      return text.slice(0, from) + text.slice(to);
    case 'double':
      return text.slice(0, to) + text.slice(from);
    case 'move':
      return text.slice(0, place) + piece + text.slice(place);
    case 'byte':
      return text.slice(0, from) + insert.slice(0, 1) + text.slice(from + 1);
    case 'number': {
      const numbers = [...text.matchAll(/\d+/g)];
      const number = numbers[at % numbers.length];
      if (number === undefined) return text;
      return text.slice(0, number.index) + String(other) + text.slice(number.index + number[0].length);
    }
    case 'splice':
      return text.slice(0, from) + insert + text.slice(from);
    case 'swap':
      return text.replace(/"(index|content|finish_reason|usage|message|choices|score)"/, insert.slice(0, 12));
    case 'add': {
      const braces = [...text.matchAll(/\{/g)];
      const brace = (braces[at % braces.length]?.index ?? 0) + 1;
      return text.slice(0, brace) + insert + text.slice(brace);
    }
  }
}

/** All scores that a judge's own words give, by a reader with none of the code: the one choice's text, read as it stands. */
function scoreThatWasGiven(body: string): number | undefined {
  const completion = JSON.parse(body) as {
    choices: { index?: unknown; finish_reason?: unknown; message: { content: unknown; refusal?: unknown } }[];
  };
  const chosen =
    completion.choices.find(({ index }) => index === 0) ??
    (completion.choices.every(({ index }) => index === undefined || index === null)
      ? completion.choices[0]
      : undefined);
  if (chosen?.finish_reason !== 'stop') return undefined;
  const { content } = chosen.message;
  const parts = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  const text = parts
    .filter((part) => typeof part === 'string' || [undefined, 'text', 'output_text'].includes(part?.type))
    .map((part) => (typeof part === 'string' ? part : (part.text ?? '')))
    .join('');
  // Written again it has each name once; what had one twice is longer than that.
  const plain = JSON.stringify(JSON.parse(text));
  return (text.match(/"score"/g) ?? []).length === (plain.match(/"score"/g) ?? []).length
    ? (JSON.parse(text) as { criteria: { helps: { score: number } } }).criteria.helps.score
    : undefined;
}

describe.each(Object.entries(answers))('200 random changes of an answer: %s', (name, answer) => {
  const body = JSON.stringify(answer);
  const read = (text: string) => readHttpAnswer({ status: 200, headers: new Headers(), text, isCut: false });

  it('is what it is without a change', () => {
    const whole = read(body);
    expect(whole.kind).toBe(name === 'refused' ? 'refused' : 'text');
    expect(whole.paid?.usage?.inputTokens).toBe(700);
  });

  it('throw nothing, count nobody’s verdict, and bill nothing under the truth', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const text = changes.reduce((before, one) => (before === '' ? before : mutate(before, one)), body);
        const came = read(text);
        // Whatever was answered with 200 may be paid for.
        expect(came.paid).toBeDefined();
        const { usage: told, characters } = came.paid ?? { usage: undefined, characters: 0 };
        const { usd } = chargeOf(prices, {
          usage: told,
          tier: 'standard',
          promptCharacters: prompt.system.length + prompt.user.length,
          answerCharacters: characters,
          reservedUsd,
        });
        expect(usd).toBeLessThanOrEqual(reservedUsd);
        const saidUsd = told === undefined ? reservedUsd : judgeCostUsd(prices.standard, told);
        expect(usd).toBeGreaterThanOrEqual(Math.min(saidUsd, reservedUsd));
        expect(usd).toBeGreaterThan(0);
        if (came.kind !== 'text') return;
        const reading = readVerdict(rubric, came.text);
        if (reading.ok) expect(reading.verdict.score).toBe(scoreThatWasGiven(text));
      }),
      { numRuns: 200, verbose: true },
    );
  });
});

describe('whatever a judge answers with any status', () => {
  it('is one of four things, and said without its words', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.string({ unit: 'binary' }), (status, text) => {
        const came = readHttpAnswer({ status, headers: new Headers(), text, isCut: false });
        expect(['text', 'refused', 'unreadable', 'error']).toContain(came.kind);
        expect(came.paid === undefined).toBe(status >= 300);
      }),
    );
  });
});
