import type { ProviderFailure } from '#core/judging/provider-failure.ts';
import { fieldsOf, type JsonObject } from '#core/record/json-object.ts';
import type { AnswerHeaders, HttpAnswer } from './bounded-request.ts';

/** More of a sentence is not compared with anything. */
const mostMessageCharacters = 2_000;

/**
 * What a failed answer says of itself, in the forms of those who speak OpenAI's API: an object `error`, one in a list
 * (Gemini), the fields at the top (vLLM, Mistral), a bare sentence (Ollama, gateways), a list of `detail` (Mistral, FastAPI),
 * AWS's header and `__type` (Bedrock), an answer of somebody further behind in `metadata.raw` (OpenRouter).
 */
export function readFailure({ status, headers, text }: HttpAnswer, now: number): ProviderFailure {
  const words = new FailureWords();
  words.addCode(headers.get('x-amzn-errortype')?.split(':')[0]);
  words.addBody(parse(text), 0);
  return {
    status,
    codes: [...words.codes],
    parameter: words.parameter,
    message: words.message,
    flagged: words.flagged,
    retryAfterSeconds: retryAfter(headers, now),
  };
}

/** Bodies inside bodies. */
const deepest = 2;
const mostCodes = 12;
const mostDetails = 5;

class FailureWords {
  readonly codes = new Set<string>();
  parameter: string | undefined;
  message: string | undefined;
  flagged = false;

  addBody(body: unknown, depth: number): void {
    const root = fieldsOf(Array.isArray(body) ? body[0] : body);
    if (typeof root.error === 'string') this.#addMessage(root.error);
    else if (root.error !== undefined) this.#addError(fieldsOf(root.error), depth);
    this.#addError(root, depth);
  }

  #addError(error: JsonObject, depth: number): void {
    const metadata = fieldsOf(error.metadata);
    for (const code of [error.code, error.type, error.status, error.__type, metadata.error_type])
      this.addCode(code);
    const further = [error.innererror, fieldsOf(error.provider_specific_fields).innererror];
    for (const inner of further) this.addCode(fieldsOf(inner).code);
    if (this.parameter === undefined) this.parameter = nameOf(error.param);
    this.#addMessage(error.message ?? error.Message);
    for (const list of [error.detail, fieldsOf(error.message).detail, error.details])
      for (const detail of listOf(list)) this.#addDetail(fieldsOf(detail));
    if (typeof error.detail === 'string') this.#addMessage(error.detail);
    if (listOf(metadata.reasons).length > 0) this.flagged = true;
    if (typeof metadata.raw === 'string' && depth < deepest) this.addBody(parse(metadata.raw), depth + 1);
  }

  /** Pydantic's `{type, loc}`, Google's `{reason}`. */
  #addDetail({ type, loc, reason }: JsonObject): void {
    this.addCode(type);
    this.addCode(reason);
    if (this.parameter === undefined && Array.isArray(loc)) this.parameter = pathOf(loc);
  }

  #addMessage(message: unknown): void {
    if (this.message === undefined && typeof message === 'string' && message !== '')
      this.message = message.slice(0, mostMessageCharacters);
  }

  addCode(code: unknown): void {
    const word = typeof code === 'number' ? String(code) : nameOf(code);
    // Google writes the type of a detail as an address.
    const name = word !== undefined && /^[a-z0-9_.-]{1,60}$/i.test(word) ? word : undefined;
    if (name !== undefined && this.codes.size < mostCodes) this.codes.add(name);
  }
}

/** `["body", "messages", 1, "content"]` as `messages[1].content`. */
function pathOf(loc: readonly unknown[]): string | undefined {
  const path = loc.slice(loc[0] === 'body' ? 1 : 0, 6).reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`;
    return before === '' ? String(part) : `${before}.${String(part)}`;
  }, '');
  return nameOf(path);
}

/** A name as it stands; Python's None is none. Only what looks like one is passed on. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || ['', 'none', 'null'].includes(value.toLowerCase())) return undefined;
  return /^[\w.[\]-]{1,100}$/.test(value) ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, mostDetails) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds of a retry-after header, given in seconds or as an HTTP date. */
function retryAfter(headers: AnswerHeaders, now: number): number | undefined {
  const value = headers.get('retry-after') ?? '';
  if (value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
