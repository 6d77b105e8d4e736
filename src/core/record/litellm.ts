import { z } from 'zod';

/** Epoch seconds as a float, or "2025-01-24 09:20:46.847371" in UTC. */
const instant = z.union([z.number(), z.string()]);

/**
 * LiteLLM's standard logging payload, as its SQS logger sends it: one payload a message. Only the keys that are
 * mapped are checked.
 */
export const litellmPayloadSchema = z.looseObject({
  id: z.string().min(1),
  trace_id: z.string().nullish(),
  call_type: z.string().nullish(),
  status: z.enum(['success', 'failure']),
  stream: z.boolean().nullish(),
  startTime: instant,
  endTime: instant,
  completionStartTime: instant.nullish(),
  response_time: z.number().nullish(),
  model: z.string().nullish(),
  model_group: z.string().nullish(),
  custom_llm_provider: z.string().nullish(),
  response_cost: z.number().nullish(),
  prompt_tokens: z.number().nullish(),
  completion_tokens: z.number().nullish(),
  messages: z.union([z.array(z.unknown()), z.string(), z.looseObject({})]).nullish(),
  response: z.union([z.looseObject({}), z.array(z.unknown()), z.string()]).nullish(),
  error_information: z.looseObject({ llm_provider: z.string().nullish() }).nullish(),
  metadata: z.looseObject({ requester_metadata: z.looseObject({}).nullish() }).nullish(),
  request_tags: z.array(z.unknown()).nullish(),
  end_user: z.string().nullish(),
});

export type LiteLlmPayload = z.infer<typeof litellmPayloadSchema>;

/** What LiteLLM writes in a text's place where its message logging is switched off. */
const redacted = 'redacted-by-litellm';

/** LiteLLM's application-level encryption wraps the payload: `{"__encrypted__": true, "payload": …}`. */
export function isEncryptedPayload(value: object): boolean {
  return (value as { __encrypted__?: unknown }).__encrypted__ === true;
}

/** Told apart by shape: LiteLLM writes `startTime` and one of three keys of its own, and never our `at`. */
export function isLiteLlmPayload(value: object): boolean {
  return (
    'startTime' in value &&
    !('at' in value) &&
    ('call_type' in value || 'custom_llm_provider' in value || 'model_group' in value)
  );
}

/**
 * Maps a payload onto the fields of a response record. The result is not yet checked: the caller runs it through
 * the record's own schema, so that a payload with absurd values is rejected like any other record.
 */
export function mapLiteLlmPayload(payload: LiteLlmPayload): Record<string, unknown> {
  const start = epochMs(payload.startTime);
  const end = epochMs(payload.endTime);
  const requester = payload.metadata?.requester_metadata ?? {};
  return {
    id: payload.id,
    at: toIso(end ?? start),
    surface: surfaceOf(payload, requester),
    status: payload.status === 'success' ? 'success' : 'error',
    model: payload.model || undefined,
    provider: payload.error_information?.llm_provider || payload.custom_llm_provider || undefined,
    release: textIn(requester, 'release'),
    cohort: textIn(requester, 'cohort'),
    traceId: payload.trace_id || undefined,
    user: payload.end_user || textIn(requester, 'user'),
    request: messagesOf(payload.messages),
    response: answerOf(payload.response),
    usage: {
      inputTokens: payload.prompt_tokens ?? undefined,
      outputTokens: payload.completion_tokens ?? undefined,
      costUsd: payload.response_cost ?? undefined,
    },
    timing: {
      ttftMs: payload.stream === true ? difference(epochMs(payload.completionStartTime), start) : undefined,
      totalMs:
        payload.response_time == null ? difference(end, start) : Math.max(0, payload.response_time * 1000),
    },
    metadata: {
      gateway: 'litellm',
      callType: payload.call_type ?? undefined,
      modelGroup: payload.model_group ?? undefined,
    },
  };
}

/** What the sender calls the field that a path of the mapped record was made of. */
export function litellmName(path: string): string | undefined {
  return path.startsWith('request.') ? `"${path.slice('request.'.length)}"` : names[path];
}

const names: Readonly<Record<string, string>> = {
  at: '"endTime"',
  surface: 'the surface ("metadata.requester_metadata.surface", a tag "surface:…" or "model_group")',
  provider: 'the provider ("error_information.llm_provider" or "custom_llm_provider")',
  release: '"metadata.requester_metadata.release"',
  cohort: '"metadata.requester_metadata.cohort"',
  traceId: '"trace_id"',
  user: 'the user ("end_user" or "metadata.requester_metadata.user")',
  'usage.inputTokens': '"prompt_tokens"',
  'usage.outputTokens': '"completion_tokens"',
  'usage.costUsd': '"response_cost"',
  'timing.totalMs': '"response_time"',
};

/** LiteLLM knows no surface: the requester's metadata, else a tag `surface:x`, else the model group, else `default`. */
function surfaceOf(payload: LiteLlmPayload, requester: Record<string, unknown>): string {
  const named = textIn(requester, 'surface');
  if (named !== undefined) return named;
  for (const tag of payload.request_tags ?? []) {
    if (typeof tag === 'string' && tag.startsWith('surface:') && tag.length > 8) return tag.slice(8);
  }
  return payload.model_group || 'default';
}

function epochMs(value: number | string | null | undefined): number | undefined {
  if (value == null) return undefined;
  if (typeof value === 'number') return Math.round(value * 1000);
  const text = value.trim().replace(' ', 'T');
  const parsed = Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** A time that cannot be read is left out, so that the record's schema rejects it and names the field. */
function toIso(ms: number | undefined): string | undefined {
  return ms === undefined || Math.abs(ms) > 8.64e15 ? undefined : new Date(ms).toISOString();
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : Math.max(0, later - earlier);
}

/** A conversation, a prompt, or a list of prompts. Payloads of other kinds of call carry none that could be judged. */
function messagesOf(messages: LiteLlmPayload['messages']): { messages: unknown[] } | undefined {
  if (typeof messages === 'string') return messagesOf([messages]);
  if (!Array.isArray(messages)) return undefined;
  const kept = messages.map((message) =>
    typeof message === 'string' ? { role: 'user', content: message } : message,
  );
  const last: unknown = kept.at(-1);
  return (last as { content?: unknown } | undefined)?.content === redacted ? undefined : { messages: kept };
}

interface Answer {
  readonly content?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly refused?: true | undefined;
}

function answerOf(response: LiteLlmPayload['response']): Answer {
  if (typeof response === 'string') return { content: unredacted(response) };
  const choices = objectOf(response).choices;
  const choice = objectOf(Array.isArray(choices) ? choices[0] : undefined);
  const message = objectOf(choice.message);
  const finishReason = textIn(choice, 'finish_reason');
  const refusal = textIn(message, 'refusal');
  return {
    content: unredacted(textOf(message.content) ?? textOf(choice.text)),
    finishReason,
    refused: refusal !== undefined || finishReason === 'content_filter' ? true : undefined,
  };
}

/** Text of a content: a string, or parts of which some are text. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part) => objectOf(part).text).filter((text) => typeof text === 'string');
  return texts.length === 0 ? undefined : texts.join('\n');
}

function unredacted(text: string | undefined): string | undefined {
  return text === redacted ? undefined : text;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textIn(object: Record<string, unknown>, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value.length > 0 ? value : undefined;
}
