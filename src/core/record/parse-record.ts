import type { z } from 'zod';
import { isEncryptedPayload, isLiteLlmPayload, litellmPayloadSchema, mapLiteLlmPayload } from './litellm.ts';
import { type Rejection, maxTextCharacters, timeBounds } from './rejection.ts';
import {
  type FeedbackRecord,
  feedbackRecordSchema,
  type ResponseRecord,
  responseRecordSchema,
} from './response-record.ts';

/** `origin` tells a final outcome (`application`) from one provider's attempt that a gateway logged as failed. */
export type ParsedRecord =
  | { readonly kind: 'response'; readonly at: number; readonly record: ResponseRecord }
  | { readonly kind: 'provider-failure'; readonly at: number; readonly record: ResponseRecord }
  | { readonly kind: 'feedback'; readonly at: number; readonly record: FeedbackRecord }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/**
 * Reads one message body: our response record, our feedback record or LiteLLM's standard logging payload, told
 * apart by shape.
 *
 * @param body the message body, untrusted
 * @param sentAt when the message was sent, epoch milliseconds (SQS's SentTimestamp): `at` must lie near it
 * @returns the record with its event time in epoch milliseconds, or why it is rejected; never throws
 */
export function parseRecord(body: string, sentAt: number): ParsedRecord {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return reject('malformed-json', `Wanted one JSON object a message, got text that is not JSON (${position(error)}). Serialise the record with a JSON library.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject('not-an-object', `Wanted one JSON object a message, got ${describe(value)}. Send one record a message.`);
  }
  if (isEncryptedPayload(value)) {
    return reject('encrypted', 'Wanted a readable record, got an encrypted payload ("__encrypted__": true). Switch the gateway\'s application-level encryption off for this queue: SQS encrypts at rest and in transit.');
  }
  if ((value as { kind?: unknown }).kind === 'feedback') {
    const parsed = feedbackRecordSchema.safeParse(value);
    if (!parsed.success) return invalid(parsed.error, value, 'feedback record');
    return withinBounds({ kind: 'feedback', at: Date.parse(parsed.data.responseAt), record: parsed.data }, sentAt, 'responseAt');
  }
  if (isLiteLlmPayload(value)) {
    const payload = litellmPayloadSchema.safeParse(value);
    if (!payload.success) return invalid(payload.error, value, 'LiteLLM standard logging payload');
    return checkResponse(mapLiteLlmPayload(payload.data), sentAt, 'LiteLLM standard logging payload', payload.data.status === 'failure');
  }
  return checkResponse(value, sentAt, 'response record', false);
}

function checkResponse(value: unknown, sentAt: number, shape: string, failedAttempt: boolean): ParsedRecord {
  const parsed = responseRecordSchema.safeParse(value);
  if (!parsed.success) return invalid(parsed.error, value, shape);
  const record = parsed.data;
  const characters = textCharacters(record);
  if (characters > maxTextCharacters) {
    return reject('oversized-text', `Wanted at most ${maxTextCharacters} characters of request, answer and context together, got ${characters}. Log a shortened text.`);
  }
  return withinBounds(
    { kind: failedAttempt ? 'provider-failure' : 'response', at: Date.parse(record.at), record },
    sentAt,
    'at',
  );
}

function withinBounds<P extends Exclude<ParsedRecord, { kind: 'rejected' }>>(parsed: P, sentAt: number, field: string): ParsedRecord {
  const ahead = parsed.at - sentAt;
  if (ahead <= timeBounds.ahead && -ahead <= timeBounds.behind) return parsed;
  return reject(
    'time-out-of-bounds',
    `Wanted "${field}" within 15 minutes after and 14 days before the message was sent (${new Date(sentAt).toISOString()}), got ${new Date(parsed.at).toISOString()}. Check the sender's clock, or replay history with "assay run".`,
  );
}

function reject(kind: Rejection['kind'], reason: string): ParsedRecord {
  return { kind: 'rejected', rejection: { kind, reason } };
}

/** The first fault of a record in words. Shows the type of what came, never its text. */
function invalid(error: z.ZodError, value: unknown, shape: string): ParsedRecord {
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  const where = path.length === 0 ? 'the record' : `"${path.map(String).join('.').slice(0, 200)}"`;
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more faults)` : '';
  return reject(
    'invalid-field',
    `${where} of the ${shape} is not as wanted: ${wanted(issue)}; got ${describe(at(value, path))}${more}. See docs/records.md.`,
  );
}

function wanted(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'see the schema';
  switch (issue.code) {
    case 'invalid_type':
      return `wanted ${issue.expected}`;
    case 'invalid_value':
      return `wanted ${issue.values.map((v) => JSON.stringify(v)).join(' or ')}`;
    case 'invalid_union':
      return 'wanted another type';
    case 'invalid_format':
      return issue.format === 'datetime' ? 'wanted an ISO 8601 date and time with a zone, such as 2026-11-03T09:00:00Z' : issue.message;
    default:
      return issue.message;
  }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  return `a ${typeof value}`;
}

/** "at position 17" of a JSON error, and nothing of the text that the engine quotes beside it. */
function position(error: unknown): string {
  return /at position \d+/.exec(String(error))?.[0] ?? 'it ends too early';
}

/** Characters of everything a judge would see. */
export function textCharacters(record: ResponseRecord): number {
  let total = record.response?.content?.length ?? 0;
  for (const message of record.request?.messages ?? []) {
    total += typeof message.content === 'string' ? message.content.length : lengthOfJson(message.content);
  }
  return total + (typeof record.context === 'string' ? record.context.length : lengthOfJson(record.context));
}

function lengthOfJson(value: unknown): number {
  return value === undefined || value === null ? 0 : JSON.stringify(value).length;
}
