import { parseInstant } from '../instant.ts';
import { type JsonObject, readObject, textOf } from './json-object.ts';
import { isLabel } from './label.ts';
import { readMessages } from './read-messages.ts';
import { keyableId } from './record-id.ts';
import { maxQuantity } from './response-record.ts';

/**
 * Optional fields whose value can be of no use. Such a value is left out and counted under its field, and the record
 * counts wherever it still can. `texts` are messages, answer and context together: too long, too deep or too many.
 */
export const unusableFields = [
  'at',
  'surface',
  'model',
  'provider',
  'release',
  'cohort',
  'traceId',
  'user',
  'request',
  'request.messages',
  'response',
  'response.content',
  'response.finishReason',
  'response.refused',
  'usage',
  'usage.inputTokens',
  'usage.outputTokens',
  'usage.costUsd',
  'timing',
  'timing.ttftMs',
  'timing.totalMs',
  'timing.turnsMs',
  'attempts',
  'attempts.provider',
  'attempts.ms',
  'context',
  'metadata',
  'reason',
  'texts',
] as const;
export type UnusableField = (typeof unusableFields)[number];

/** Most turns of a response that can tell the longest one. An agent takes some dozens. */
const maxTurns = 10_000;

/** A number as text. Anything else in a text is words. */
const numberText = /^\s*\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?\s*$/i;

/**
 * Brings the optional fields of a response record into their form, in place: `null` and `""` are not given, a number
 * that came as text is a number, a value that is of no use is left out.
 *
 * @returns the fields of which something was left out
 */
export function readResponseFields(record: JsonObject): readonly UnusableField[] {
  const unusable: UnusableField[] = [];
  take(record, 'model', 'model', readLabel, unusable);
  take(record, 'provider', 'provider', readLabel, unusable);
  take(record, 'release', 'release', readLabel, unusable);
  take(record, 'cohort', 'cohort', readLabel, unusable);
  take(record, 'traceId', 'traceId', readId, unusable);
  take(record, 'user', 'user', readUser, unusable);
  take(record, 'metadata', 'metadata', readObject, unusable);
  take(record, 'context', 'context', readContext, unusable);
  const request = take(record, 'request', 'request', readObject, unusable);
  if (request !== undefined) take(request, 'messages', 'request.messages', readMessages, unusable);
  const response = take(record, 'response', 'response', readObject, unusable);
  if (response !== undefined) {
    take(response, 'content', 'response.content', textOf, unusable);
    take(response, 'finishReason', 'response.finishReason', readString, unusable);
    take(response, 'refused', 'response.refused', readFlag, unusable);
  }
  const usage = take(record, 'usage', 'usage', readObject, unusable);
  if (usage !== undefined) {
    take(usage, 'inputTokens', 'usage.inputTokens', readQuantity, unusable);
    take(usage, 'outputTokens', 'usage.outputTokens', readQuantity, unusable);
    take(usage, 'costUsd', 'usage.costUsd', readQuantity, unusable);
  }
  const timing = take(record, 'timing', 'timing', readObject, unusable);
  if (timing !== undefined) {
    take(timing, 'ttftMs', 'timing.ttftMs', readQuantity, unusable);
    take(timing, 'totalMs', 'timing.totalMs', readQuantity, unusable);
    take(timing, 'turnsMs', 'timing.turnsMs', readTurns, unusable);
  }
  const attempts = take(record, 'attempts', 'attempts', readAttempts, unusable);
  for (const attempt of attempts ?? []) {
    take(attempt, 'provider', 'attempts.provider', readLabel, unusable);
    take(attempt, 'ms', 'attempts.ms', readQuantity, unusable);
  }
  return unusable;
}

/** {@link readResponseFields} of a feedback record. */
export function readFeedbackFields(record: JsonObject): readonly UnusableField[] {
  const unusable: UnusableField[] = [];
  take(record, 'release', 'release', readLabel, unusable);
  take(record, 'cohort', 'cohort', readLabel, unusable);
  take(record, 'reason', 'reason', readReason, unusable);
  take(record, 'at', 'at', readInstantText, unusable);
  return unusable;
}

/** Most instants are of this form, of which every text is an instant: it is told without a calendar. */
const usualForm =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** ISO 8601 as the schemas have it, which stays as it is. */
const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** An instant with a zone, in the form of the schemas. */
function readInstantText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (usualForm.test(value)) return value;
  const at = parseInstant(value, { zone: 'required' });
  if (at === undefined) return undefined;
  return isoForm.test(value) ? value : new Date(at).toISOString();
}

/** Brings a required instant into the form of the schemas. @returns whether it is one */
export function readRequiredInstant(record: JsonObject, key: string): boolean {
  const text = readInstantText(record[key]);
  if (text !== undefined && text !== record[key]) record[key] = text;
  return text !== undefined;
}

/** Brings a required id into the form that keys take. @returns whether it is one */
export function readRequiredId(record: JsonObject, key: string): boolean {
  const { [key]: value } = record;
  if (typeof value === 'string' ? value === '' : !Number.isSafeInteger(value)) return false;
  const id = readId(value);
  if (id !== value) record[key] = id;
  return true;
}

/** Reads a field in place. @returns what stands there now */
function take<Value>(
  object: JsonObject,
  key: string,
  field: UnusableField,
  read: (value: unknown) => Value | undefined,
  unusable: UnusableField[],
): Value | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  const isGiven = value !== null && value !== '';
  const found = isGiven ? read(value) : undefined;
  if (found === undefined && isGiven && !unusable.includes(field)) unusable.push(field);
  if (found !== value) object[key] = found;
  return found;
}

/** A name, which may have come as a number. */
function readLabel(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  return typeof text === 'string' && isLabel(text) ? text : undefined;
}

function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return keyableId(value);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** A user is only ever hashed, so that any text will do. */
function readUser(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return readString(value);
}

function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

const reasons: readonly unknown[] = ['regenerated', 'abandoned', 'handed-off', 'thumbs-down'];

function readReason(value: unknown): unknown {
  return reasons.includes(value) ? value : undefined;
}

/** A number that can be added up. */
export function readQuantity(value: unknown): number | undefined {
  const number = typeof value === 'string' && numberText.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= maxQuantity ? number : undefined;
}

/** Of turns of which one cannot be read nobody knows which was the longest. */
function readTurns(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > maxTurns) return undefined;
  for (const [index, turn] of value.entries()) {
    const ms = readQuantity(turn);
    if (ms === undefined) return undefined;
    value[index] = ms;
  }
  return value;
}

/** Attempts of which one has no outcome tell nothing: who won, and what was lost before. */
function readAttempts(value: unknown): readonly JsonObject[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const outcomes: readonly unknown[] = ['success', 'error'];
  return value.every((attempt) => outcomes.includes(readObject(attempt)?.status)) ? value : undefined;
}

/** Passages: one text or a list. Whatever holds words is a passage; what holds none is no reason to judge without the others. */
function readContext(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return [readPassage(value)];
  const isInForm = value.every((passage) => typeof passage === 'string' || readObject(passage) !== undefined);
  return isInForm ? value : value.flatMap((passage) => (passage === null ? [] : [readPassage(passage)]));
}

function readPassage(value: unknown): unknown {
  if (typeof value === 'string') return value;
  return readObject(value) ?? (Array.isArray(value) ? { passage: value } : String(value));
}
