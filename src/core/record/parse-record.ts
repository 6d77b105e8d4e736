import type { z } from 'zod';
import { isLeapSecond } from '../instant.ts';
import { readUntrusted } from '../read-untrusted.ts';
import { describeFault, describeValue, explainFault, jsonFault } from './explain-fault.ts';
import type { JsonObject } from './json-object.ts';
import { isLabel } from './label.ts';
import { isEncryptedPayload, isLiteLlmPayload, litellmName, mapLiteLlmPayload } from './litellm.ts';
import {
  readFeedbackFields,
  readRequiredId,
  readRequiredInstant,
  readResponseFields,
  type UnusableField,
} from './read-fields.ts';
import { maxTextCharacters, type Rejection, timeBounds } from './rejection.ts';
import {
  type FeedbackRecord,
  feedbackRecordSchema,
  type ResponseRecord,
  responseRecordSchema,
} from './response-record.ts';
import { textCharacters } from './text-size.ts';

/** A record's time in epoch milliseconds, and what of it was of no use and is left out. */
interface Read<Fields> {
  readonly at: number;
  readonly record: Fields;
  readonly unusable?: readonly UnusableField[];
}

/** A provider's failed attempt that a gateway logged apart is not a final outcome: it counts against the provider only. */
export type ParsedRecord =
  | ({ readonly kind: 'response' } & Read<ResponseRecord>)
  | ({ readonly kind: 'provider-failure' } & Read<ResponseRecord>)
  | ({ readonly kind: 'feedback' } & Read<FeedbackRecord>)
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Editors and shells put it before a text; JSON does not know it. */
const byteOrderMark = 0xfeff;

/**
 * Reads one message body: our response record, our feedback record or LiteLLM's standard logging payload, told
 * apart by shape. A fault in a field that a record can do without costs that field.
 *
 * @param body the message body, untrusted
 * @param sentAt when the message was sent, epoch milliseconds (SQS's SentTimestamp): `at` must lie near it
 * @returns the record with its event time in epoch milliseconds, or why it is rejected; never throws
 */
export function parseRecord(body: string, sentAt: number): ParsedRecord {
  let value: unknown;
  try {
    value = JSON.parse(body.charCodeAt(0) === byteOrderMark ? body.slice(1) : body);
  } catch (error) {
    return reject(
      'malformed-json',
      `Wanted one JSON object a message, got ${body.length} characters that are not JSON: ${jsonFault(error)}. Serialise the record with a JSON library.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject(
      'not-an-object',
      `Wanted one JSON object a message, got ${describeValue(value)}. Send one record a message.`,
    );
  }
  if (isEncryptedPayload(value)) {
    return reject(
      'encrypted',
      'Wanted a readable record, got an encrypted payload ("__encrypted__": true). Switch the gateway\'s application-level encryption off for this queue: SQS encrypts at rest and in transit.',
    );
  }
  const fields = value as JsonObject;
  if (fields.kind === 'feedback') return parseFeedback(fields, sentAt);
  if (isLiteLlmPayload(value)) return parsePayload(fields, sentAt);
  return readResponse('response', fields, sentAt, { shape: 'response record' });
}

function parseFeedback(value: JsonObject, sentAt: number): ParsedRecord {
  const unusable = readFeedbackFields(value);
  readRequiredId(value, 'id');
  readRequiredInstant(value, 'responseAt');
  const parsed = readUntrusted(feedbackRecordSchema, value);
  if (!parsed.success)
    return reject('invalid-field', explainRecordFault(parsed.error, value, { shape: 'feedback record' }));
  const record = parsed.data;
  const at = Date.parse(record.responseAt);
  return withinBounds({ kind: 'feedback', at, record, ...toldOf(unusable) }, sentAt, '"responseAt"');
}

function parsePayload(value: JsonObject, sentAt: number): ParsedRecord {
  const shape = 'LiteLLM standard logging payload';
  const { status, record, unusable } = mapLiteLlmPayload(value);
  if (status === undefined)
    return reject('invalid-field', describeFault('"status"', shape, '"success" or "failure"', value.status));
  const kind = status === 'failure' ? 'provider-failure' : 'response';
  return readResponse(kind, record, sentAt, { shape, nameOf: litellmName }, unusable);
}

/** What a record is called, and its fields. */
interface Naming {
  readonly shape: string;
  readonly nameOf?: (path: string) => string | undefined;
}

function readResponse(
  kind: 'response' | 'provider-failure',
  value: JsonObject,
  sentAt: number,
  naming: Naming,
  leftOut: readonly UnusableField[] = [],
): ParsedRecord {
  const found = readResponseFields(value);
  const unusable = leftOut.length === 0 ? [...found] : [...new Set([...leftOut, ...found])];
  // Reading is cheaper than the schema, which is asked where something is amiss: only it says what.
  const isRead = [readRequiredId(value, 'id'), readRequiredInstant(value, 'at'), hasOutcome(value)];
  if (isRead.includes(false)) {
    const parsed = readUntrusted(responseRecordSchema, value);
    if (!parsed.success) return reject('invalid-field', explainRecordFault(parsed.error, value, naming));
  }
  const record = value as ResponseRecord;
  if (textCharacters(record) > maxTextCharacters) {
    leaveTextsOut(value);
    unusable.push('texts');
  }
  const at = Date.parse(record.at);
  return withinBounds({ kind, at, record, ...toldOf(unusable) }, sentAt, naming.nameOf?.('at') ?? '"at"');
}

function hasOutcome(value: JsonObject): boolean {
  if (typeof value.surface === 'number') value.surface = String(value.surface);
  const { surface, status } = value;
  return typeof surface === 'string' && isLabel(surface) && (status === 'success' || status === 'error');
}

/** Texts that no judge could be shown whole are shown to none. */
function leaveTextsOut(record: JsonObject): void {
  record.context = undefined;
  if (record.request !== undefined) (record.request as JsonObject).messages = undefined;
  if (record.response === undefined) return;
  const response = record.response as JsonObject;
  response.content = undefined;
  response.tool_calls = undefined;
  response.function_call = undefined;
}

function toldOf(unusable: readonly UnusableField[]): { unusable?: readonly UnusableField[] } {
  return unusable.length === 0 ? {} : { unusable };
}

function explainRecordFault(error: z.ZodError, value: JsonObject, { shape, nameOf }: Naming): string {
  const [path = ''] = error.issues[0]?.path ?? [];
  const came = value[String(path)];
  if (typeof came === 'string' && isLeapSecond(came))
    return `${nameOf?.(String(path)) ?? `"${String(path)}"`} of a ${shape}: wanted an instant that clocks have, got a leap second (":60"). Send the second before it or after it.`;
  return explainFault(error, value, shape, nameOf);
}

function withinBounds<P extends Exclude<ParsedRecord, { kind: 'rejected' }>>(
  parsed: P,
  sentAt: number,
  field: string,
): ParsedRecord {
  const ahead = parsed.at - sentAt;
  if (ahead <= timeBounds.ahead && -ahead <= timeBounds.behind) return parsed;
  return reject(
    'time-out-of-bounds',
    `Wanted ${field} at most 15 minutes after and 14 days before the message was sent (${toIso(sentAt)}), got ${toIso(parsed.at)}. Check the sender's clock, or replay history with "npx assay run".`,
  );
}

function toIso(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : 'a time that cannot be read';
}

function reject(kind: Rejection['kind'], reason: string): ParsedRecord {
  return { kind: 'rejected', rejection: { kind, reason } };
}
