import { z } from 'zod';

/**
 * LiteLLM's standard logging payload, as its SQS logger sends it: one payload a message. Only the keys that are
 * mapped are checked.
 */
const instant = z.union([z.number(), z.string()]);
const nullable = <T extends z.ZodType>(type: T) => z.union([type, z.null()]).optional();

export const litellmPayloadSchema = z.looseObject({
  id: z.string().min(1),
  trace_id: nullable(z.string()),
  call_type: nullable(z.string()),
  status: z.enum(['success', 'failure']),
  stream: nullable(z.boolean()),
  startTime: instant,
  endTime: instant,
  completionStartTime: nullable(instant),
  response_time: nullable(z.number()),
  model: nullable(z.string()),
  model_group: nullable(z.string()),
  custom_llm_provider: nullable(z.string()),
  response_cost: nullable(z.number()),
  prompt_tokens: nullable(z.number()),
  completion_tokens: nullable(z.number()),
  messages: z.union([z.array(z.unknown()), z.string(), z.looseObject({}), z.null()]).optional(),
  response: z.union([z.looseObject({}), z.array(z.unknown()), z.string(), z.null()]).optional(),
  error_information: nullable(z.looseObject({ llm_provider: nullable(z.string()) })),
  metadata: nullable(z.looseObject({ requester_metadata: nullable(z.looseObject({})) })),
  request_tags: nullable(z.array(z.unknown())),
  end_user: nullable(z.string()),
});

export type LiteLlmPayload = z.infer<typeof litellmPayloadSchema>;

/** LiteLLM's application-level encryption wraps the payload: `{"__encrypted__": true, "payload": …}`. */
export function isEncryptedPayload(value: object): boolean {
  return (value as { __encrypted__?: unknown }).__encrypted__ === true;
}

/** Told apart by shape: LiteLLM writes `startTime` and `call_type` or `custom_llm_provider`, and never our `at`. */
export function isLiteLlmPayload(value: object): boolean {
  return !('at' in value) && 'startTime' in value && ('call_type' in value || 'custom_llm_provider' in value || 'model_group' in value);
}

/**
 * Maps a payload onto the fields of a response record. The result is not yet checked: the caller runs it through
 * the record's own schema, so that a payload with absurd values is rejected like any other record.
 */
export function mapLiteLlmPayload(payload: LiteLlmPayload): Record<string, unknown> {
  const start = epochMs(payload.startTime);
  const end = epochMs(payload.endTime);
  const firstToken = payload.completionStartTime == null ? undefined : epochMs(payload.completionStartTime);
  const totalMs = payload.response_time != null ? payload.response_time * 1000 : difference(end, start);
  const provider = payload.error_information?.llm_provider || payload.custom_llm_provider || undefined;
  const metadata = requesterMetadata(payload);
  const choice = firstChoice(payload.response);
  return withoutUndefined({
    id: payload.id,
    at: toIso(end ?? start),
    surface: surfaceOf(payload),
    status: payload.status === 'success' ? 'success' : 'error',
    model: payload.model || undefined,
    provider: typeof provider === 'string' ? provider : undefined,
    release: stringIn(metadata, 'release'),
    cohort: stringIn(metadata, 'cohort'),
    traceId: payload.trace_id || undefined,
    user: payload.end_user || undefined,
    request: payload.messages == null ? undefined : { messages: toMessages(payload.messages) },
    response: withoutUndefined({
      content: typeof payload.response === 'string' ? payload.response : choice.content,
      finishReason: choice.finishReason,
      refused: choice.refused,
    }),
    usage: withoutUndefined({
      inputTokens: payload.prompt_tokens ?? undefined,
      outputTokens: payload.completion_tokens ?? undefined,
      costUsd: payload.response_cost ?? undefined,
    }),
    timing: withoutUndefined({
      ttftMs: payload.stream === true && firstToken !== undefined ? difference(firstToken, start) : undefined,
      totalMs,
    }),
    metadata: withoutUndefined({ gateway: 'litellm', callType: payload.call_type ?? undefined, modelGroup: payload.model_group ?? undefined }),
  });
}

/** LiteLLM knows no surface: the requester's metadata, else a tag `surface:x`, else the model group, else `default`. */
function surfaceOf(payload: LiteLlmPayload): string {
  const named = stringIn(requesterMetadata(payload), 'surface');
  if (named !== undefined) return named;
  for (const tag of payload.request_tags ?? []) {
    if (typeof tag === 'string' && tag.startsWith('surface:') && tag.length > 8) return tag.slice(8);
  }
  return payload.model_group || 'default';
}

function requesterMetadata(payload: LiteLlmPayload): Record<string, unknown> {
  return payload.metadata?.requester_metadata ?? {};
}

/** Epoch seconds as a float, or "2025-01-24 09:20:46.847371" in UTC, to epoch milliseconds. */
function epochMs(value: number | string): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1000 : undefined;
  const text = value.trim().replace(' ', 'T');
  const parsed = Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** A time that cannot be read is left as it came, so that the record's schema rejects it and names the field. */
function toIso(ms: number | undefined): unknown {
  if (ms === undefined || Math.abs(ms) > 8.64e15) return 'unreadable';
  return new Date(ms).toISOString();
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : Math.max(0, later - earlier);
}

function toMessages(messages: NonNullable<LiteLlmPayload['messages']>): unknown[] {
  if (Array.isArray(messages)) return messages;
  return [{ role: 'user', content: typeof messages === 'string' ? messages : JSON.stringify(messages) }];
}

function firstChoice(response: LiteLlmPayload['response']): {
  content?: string | null;
  finishReason?: string;
  refused?: boolean;
} {
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return {};
  const choices = response['choices'];
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (typeof first !== 'object' || first === null) return {};
  const { message, finish_reason: finishReason, text } = first as Record<string, unknown>;
  const { content, refusal } = typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
  return withoutUndefined({
    content: typeof content === 'string' ? content : typeof text === 'string' ? text : undefined,
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
    refused: (typeof refusal === 'string' && refusal.length > 0) || finishReason === 'content_filter' ? true : undefined,
  });
}

function stringIn(object: Record<string, unknown>, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value.length > 0 ? value : undefined;
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
