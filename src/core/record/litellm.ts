import { parseInstant } from '../instant.ts';
import { fieldsOf, type JsonObject, readObject, textIn } from './json-object.ts';
import { isLabel } from './label.ts';
import { answerOf, givesAnswer, requestOf } from './litellm-texts.ts';
import { readQuantity, type UnusableField } from './read-fields.ts';
import { madeId } from './record-id.ts';

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

/** A payload as fields of a response record. */
export interface MappedPayload {
  /** What LiteLLM says became of the call; undefined where it says neither. */
  readonly status: 'success' | 'failure' | undefined;
  /** Not yet read: it goes the way of any response record, so that absurd values are no more use here than there. */
  readonly record: JsonObject;
  /** What was left out already. */
  readonly unusable: readonly UnusableField[];
}

/**
 * Maps LiteLLM's standard logging payload, as its SQS logger sends it: one payload a message. Nothing of it is taken for
 * granted: what has another form than LiteLLM's is not given, or unusable.
 */
export function mapLiteLlmPayload(payload: JsonObject): MappedPayload {
  const { metadata, end_user: endUser } = payload;
  const unusable: UnusableField[] = [];
  if (metadata != null && readObject(metadata) === undefined) unusable.push('metadata');
  const requester = fieldsOf(fieldsOf(metadata).requester_metadata);
  const [start, end] = [epochMs(payload.startTime), epochMs(payload.endTime)];
  if (end === undefined && payload.endTime != null) unusable.push('at');
  const status = statusOf(payload);
  const named = surfacesOf(payload, requester);
  const surface = named.find(isLabel);
  if (named.length > 0 && surface !== named[0]) unusable.push('surface');
  const isUser = typeof endUser === 'string' || typeof endUser === 'number';
  if (endUser != null && !isUser) unusable.push('user');
  const hasTexts = status === 'success' && givesAnswer(payload.call_type);
  const record = {
    id: idOf(payload),
    at: toIso(end ?? start),
    surface: surface ?? 'default',
    status: status === 'success' ? 'success' : 'error',
    model: payload.model,
    provider: textIn(fieldsOf(payload.error_information), 'llm_provider') ?? payload.custom_llm_provider,
    release: requester.release,
    cohort: requester.cohort,
    traceId: payload.trace_id,
    user: isUser && endUser !== '' ? endUser : requester.user,
    request: hasTexts ? requestOf(payload.messages) : undefined,
    response: hasTexts ? answerOf(payload.response) : {},
    usage: {
      inputTokens: payload.prompt_tokens,
      outputTokens: payload.completion_tokens,
      costUsd: payload.response_cost,
    },
    timing: timingOf(payload, start, end),
    metadata: {
      gateway: 'litellm',
      callType: textIn(payload, 'call_type'),
      modelGroup: textIn(payload, 'model_group'),
    },
  };
  return { status, record, unusable };
}

/** What the sender calls the field that a path of the mapped record was made of. */
export function litellmName(path: string): string | undefined {
  return names[path];
}

/** Of the fields that a record cannot do without: a fault in any other costs that field alone. */
const names: Readonly<Record<string, string>> = {
  at: '"endTime"',
  surface: 'the surface ("metadata.requester_metadata.surface", a tag "surface:…" or "model_group")',
};

/** Where it stands in another form than LiteLLM's, the status of the call itself says it. */
function statusOf({ status, status_fields: fields }: JsonObject): MappedPayload['status'] {
  const said = [status, fieldsOf(fields).llm_api_status];
  return said.find((each): each is 'success' | 'failure' => each === 'success' || each === 'failure');
}

/** LiteLLM logs the id that the provider gave, and some give none: then it is made of what tells calls apart. */
function idOf({
  id,
  trace_id: traceId,
  startTime,
  endTime,
  model,
  call_type: callType,
}: JsonObject): unknown {
  if (typeof id === 'string' ? id !== '' : Number.isSafeInteger(id)) return id;
  return madeId('litellm', [traceId, startTime, endTime, model, callType]);
}

/** LiteLLM knows no surface: the requester's metadata, else a tag `surface:x`, else the model group, else `default`. */
function surfacesOf({ request_tags: tags, model_group: group }: JsonObject, requester: JsonObject): string[] {
  const names: unknown[] = [requester.surface];
  if (Array.isArray(tags))
    for (const tag of tags)
      if (typeof tag === 'string' && tag.startsWith('surface:')) {
        names.push(tag.slice('surface:'.length));
        break;
      }
  return [...names, group].filter((name) => typeof name === 'string' && name !== '') as string[];
}

/** Of a stream LiteLLM's `response_time` is the time to the first token. */
function timingOf(payload: JsonObject, start: number | undefined, end: number | undefined): JsonObject {
  const seconds = payload.response_time;
  const said =
    typeof seconds === 'number' ? Math.max(0, seconds) * 1000 : thousandfold(readQuantity(seconds));
  const between = difference(end, start);
  return payload.stream === true
    ? { ttftMs: difference(epochMs(payload.completionStartTime), start), totalMs: between ?? said }
    : { totalMs: said ?? between };
}

function thousandfold(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}

/** Epoch seconds as a float, or "2025-01-24 09:20:46.847371" in UTC. */
function epochMs(value: unknown): number | undefined {
  if (typeof value === 'number') return inCalendar(Math.round(value * 1000));
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return /^\d{9,10}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1000) : parseInstant(text);
}

/** A time beyond all calendars is none. */
function inCalendar(ms: number): number | undefined {
  return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

/** A time that cannot be read is left out, so that the record's schema rejects it and names the field. */
function toIso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : Math.max(0, later - earlier);
}
