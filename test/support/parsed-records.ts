import { expect } from 'vitest';
import { type ParsedRecord, parseRecord } from '#core/record/parse-record.ts';
import type { Rejection } from '#core/record/rejection.ts';

/** When the messages of these tests were sent. */
export const sentAt = Date.parse('2026-11-03T09:00:00.000Z');

/** Stands for everything that must not leave a record. */
export const secret = 'my-secret-diagnosis';

export type Json = Record<string, unknown>;

/** A complete record of ours; what differs is laid over it. */
export function ourRecord(overrides: Json = {}): Json {
  return {
    id: 'resp-1',
    at: '2026-11-03T08:59:58.120Z',
    surface: 'chat',
    status: 'success',
    model: 'gpt-5',
    provider: 'openai',
    release: '2026.11.03',
    cohort: 'eu',
    traceId: 'trace-1',
    request: { messages: [{ role: 'user', content: `What is ${secret}?` }] },
    response: { content: `It is ${secret}.`, finishReason: 'stop' },
    usage: { inputTokens: 12, outputTokens: 34, costUsd: 0.0021 },
    timing: { ttftMs: 310, totalMs: 2_100, turnsMs: [2_100] },
    attempts: [
      { provider: 'azure', status: 'error', ms: 200 },
      { provider: 'openai', status: 'success', ms: 1_900 },
    ],
    context: [`passage about ${secret}`, { title: 'Terms', text: secret }],
    metadata: { tenant: 't-1' },
    ...overrides,
  };
}

/** A LiteLLM standard logging payload of a streamed chat completion; what differs is laid over it. */
export function litellmPayload(overrides: Json = {}): Json {
  return {
    id: 'chatcmpl-1',
    trace_id: 'trace-1',
    call_type: 'acompletion',
    status: 'success',
    stream: true,
    custom_llm_provider: 'openai',
    startTime: 1_793_696_396.5,
    completionStartTime: 1_793_696_396.81,
    endTime: 1_793_696_398.12,
    response_time: 1.62,
    model: 'gpt-5',
    model_group: 'gpt-5-eu',
    response_cost: 0.0021,
    prompt_tokens: 12,
    completion_tokens: 34,
    messages: [{ role: 'user', content: `What is ${secret}?` }],
    response: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: `It is ${secret}.` } },
      ],
    },
    error_str: null,
    error_information: { error_code: '', error_class: '', llm_provider: '' },
    metadata: { requester_metadata: { surface: 'chat', cohort: 'eu', release: 'r7' } },
    request_tags: [],
    end_user: '',
    ...overrides,
  };
}

export function parse(value: unknown, sent = sentAt): ParsedRecord {
  return parseRecord(typeof value === 'string' ? value : JSON.stringify(value), sent);
}

/** The parsed record, or a failed test that shows why there is none. */
export function accepted(value: unknown, sent = sentAt): Exclude<ParsedRecord, { kind: 'rejected' }> {
  const parsed = parse(value, sent);
  if (parsed.kind === 'rejected') throw new Error(`rejected: ${parsed.rejection.reason}`);
  return parsed;
}

/** The rejection, which must never hold any of the record's text. */
export function rejected(value: unknown, sent = sentAt): Rejection {
  const parsed = parse(value, sent);
  if (parsed.kind !== 'rejected') throw new Error(`accepted as ${parsed.kind}`);
  expect(parsed.rejection.reason).not.toContain(secret);
  return parsed.rejection;
}
