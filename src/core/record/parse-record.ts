import { z } from 'zod';
import { readUntrusted } from '../read-untrusted.ts';
import { describeValue, explainFault, jsonFault } from './explain-fault.ts';
import {
  isEncryptedPayload,
  isLiteLlmPayload,
  litellmName,
  litellmPayloadSchema,
  mapLiteLlmPayload,
} from './litellm.ts';
import { maxNesting, maxTextCharacters, type Rejection, timeBounds } from './rejection.ts';
import {
  type FeedbackRecord,
  feedbackRecordSchema,
  type ResponseRecord,
  responseRecordSchema,
} from './response-record.ts';
import { textCharacters } from './text-size.ts';

/** A provider's failed attempt that a gateway logged apart is not a final outcome: it counts against the provider only. */
export type ParsedRecord =
  | { readonly kind: 'response'; readonly at: number; readonly record: ResponseRecord }
  | { readonly kind: 'provider-failure'; readonly at: number; readonly record: ResponseRecord }
  | { readonly kind: 'feedback'; readonly at: number; readonly record: FeedbackRecord }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Every record passes through these; compiled, they take a third of the time. */
const readResponse = z.compile(responseRecordSchema);
const readPayload = z.compile(litellmPayloadSchema);

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
  if ((value as { kind?: unknown }).kind === 'feedback') return parseFeedback(value, sentAt);
  if (isLiteLlmPayload(value)) return parsePayload(value, sentAt);
  return checkResponse('response', value, sentAt, 'response record');
}

function parseFeedback(value: object, sentAt: number): ParsedRecord {
  const parsed = readUntrusted(feedbackRecordSchema, value);
  if (!parsed.success) return reject('invalid-field', explainFault(parsed.error, value, 'feedback record'));
  const record = parsed.data;
  return withinBounds(
    { kind: 'feedback', at: Date.parse(record.responseAt), record },
    sentAt,
    '"responseAt"',
  );
}

function parsePayload(value: object, sentAt: number): ParsedRecord {
  const shape = 'LiteLLM standard logging payload';
  const payload = readUntrusted(readPayload, value);
  if (!payload.success) return reject('invalid-field', explainFault(payload.error, value, shape));
  const kind = payload.data.status === 'failure' ? 'provider-failure' : 'response';
  return checkResponse(kind, mapLiteLlmPayload(payload.data), sentAt, shape, litellmName);
}

function checkResponse(
  kind: 'response' | 'provider-failure',
  value: object,
  sentAt: number,
  shape: string,
  nameOf?: (path: string) => string | undefined,
): ParsedRecord {
  const parsed = readUntrusted(readResponse, value);
  if (!parsed.success) return reject('invalid-field', explainFault(parsed.error, value, shape, nameOf));
  const record = parsed.data;
  const characters = textCharacters(record);
  if (characters === Number.POSITIVE_INFINITY) {
    return reject(
      'invalid-field',
      `The messages or the context of a ${shape} nest too deep: wanted at most ${maxNesting} levels of lists and objects, got more. Log their text.`,
    );
  }
  if (characters > maxTextCharacters) {
    return reject(
      'oversized-text',
      `Wanted at most ${maxTextCharacters} characters of request, answer and context together, got ${characters}. Log a shortened text.`,
    );
  }
  return withinBounds({ kind, at: Date.parse(record.at), record }, sentAt, nameOf?.('at') ?? '"at"');
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
