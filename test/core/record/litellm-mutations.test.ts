import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { responseRecordSchema } from '#core/record/response-record.ts';
import { cpuMsOf } from '#test/support/cpu-time.ts';
import { isPolluted, type Json, mutated, mutatedText } from '#test/support/spoilt-documents.ts';
import { litellmPayload, parse } from '../../support/parsed-records.ts';

/** LiteLLM's payloads in ten forms, of which anything is changed. */

const message = (content: unknown) => ({
  choices: [{ index: 0, finish_reason: 'stop', message: { content } }],
});

const payloads: Readonly<Record<string, Json>> = {
  'a chat completion': payloadOf({ stream: false }),
  'a stream': payloadOf({ response_time: 0.3 }),
  'a text completion': payloadOf({
    call_type: 'atext_completion',
    messages: 'Tell me.',
    response: { choices: [{ text: 'So.' }] },
  }),
  'a response of the Responses API': payloadOf({
    id: `resp_${'x'.repeat(236)}`,
    call_type: 'aresponses',
    messages: [
      { role: 'user', content: [{ type: 'input_text', text: 'How warm?' }] },
      { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: '21' },
    ],
    response: {
      object: 'response',
      output: [{ type: 'reasoning' }, { type: 'message', content: [{ type: 'output_text', text: '21.' }] }],
    },
  }),
  "Anthropic's message": payloadOf({
    call_type: 'anthropic_messages',
    response: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'So.' }] },
  }),
  "Gemini's answer": payloadOf({
    call_type: 'agenerate_content',
    messages: { contents: [{ role: 'user', parts: [{ text: 'How?' }] }] },
    response: { candidates: [{ content: { parts: [{ text: 'So.' }] }, finishReason: 'STOP' }] },
  }),
  'an embedding': payloadOf({
    call_type: 'aembedding',
    messages: ['a', 'b'],
    response: { data: [{ embedding: [0.1, 0.2] }] },
  }),
  'a failure': payloadOf({
    status: 'failure',
    response: null,
    error_information: { error_code: '429', llm_provider: 'azure' },
  }),
  'a call without an id': payloadOf({ id: null, trace_id: null }),
  'a call of a tool': payloadOf({ response: message(null), end_user: 48_151_623 }),
};

function payloadOf(overrides: Record<string, unknown>): Json {
  return litellmPayload(overrides) as Json;
}

/** Different in each run; a failure prints it. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

afterEach(() => expect(isPolluted()).toBe(false));

it.each(Object.entries(payloads))('%s is read soundly whatever changes in it', (name, payload) => {
  let worst = 0;
  const read = (body: string) => {
    let parsed = parse('{}');
    worst = Math.max(
      worst,
      cpuMsOf(() => {
        parsed = parse(body);
      }),
    );
    if (parsed.kind === 'rejected') {
      expect(parsed.rejection.reason.length).toBeLessThan(700);
      return;
    }
    const { record } = parsed;
    const written: unknown = JSON.parse(JSON.stringify(record));
    if (parsed.kind !== 'feedback') expect(responseRecordSchema.safeParse(written).error).toBeUndefined();
    // Nothing that nobody said: each text that would be judged stands in what came.
    const content = parsed.kind === 'feedback' ? undefined : parsed.record.response?.content;
    for (const part of content?.split('\n') ?? [])
      expect(JSON.stringify(JSON.parse(body))).toContain(quoted(part));
  };
  const runs = { numRuns: 100, seed };
  console.info(`${name}: seed ${seed}`);
  fc.assert(
    fc.property(mutated(payload), (value) => read(JSON.stringify(value))),
    runs,
  );
  fc.assert(fc.property(mutatedText(JSON.stringify(payload)), read), runs);
  expect(worst).toBeLessThan(2_000);
});

/** A text as it stands within a JSON string. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
