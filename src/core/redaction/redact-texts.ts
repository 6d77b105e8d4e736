import type { JudgeTask } from '../judging/judgement.ts';
import { maxNesting } from '../record/rejection.ts';
import { type RedactionRules, redact } from './redact.ts';

type Texts = JudgeTask['texts'];

/**
 * Redacts everything of a response that leaves the sampler: messages with their parts and tool calls, the answer, the
 * context. A text that is JSON is redacted value by value, so that what is written with escapes is found too.
 */
export function redactTexts(texts: Texts, rules: RedactionRules): { texts: Texts; redactions: number } {
  if (rules.length === 0) return { texts, redactions: 0 };
  const redactor = new TextRedactor(rules);
  const redacted = redactor.value(texts, 0) as Texts;
  return { texts: redacted, redactions: redactor.count };
}

/** Names of fields, which are the record's form and not its text. */
const fieldName = /^[A-Za-z_]{1,40}$/;

/** Numbers below it are too short to be anything that is looked for. */
const leastNumber = 1e11;

/** A text that is JSON, as far as one sees from outside. */
const jsonText = /^\s*[{[]/;

class TooDeep extends Error {}

class TextRedactor {
  count = 0;
  readonly #rules: RedactionRules;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
  }

  value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value, depth);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value !== 'object' || value === null) return value;
    // The parser has refused records that nest deeper; only JSON inside a text gets here.
    if (depth > maxNesting + deepestOwn) throw new TooDeep();
    if (Array.isArray(value)) return value.map((item) => this.value(item, depth + 1));
    const entries = new Map<string, unknown>();
    for (const [key, item] of Object.entries(value))
      entries.set(this.#freeKey(key, entries), this.value(item, depth + 1));
    return Object.fromEntries(entries);
  }

  #freeKey(key: string, taken: ReadonlyMap<string, unknown>): string {
    if (fieldName.test(key)) return key;
    const redacted = this.#plain(key);
    let free = redacted;
    for (let number = 2; taken.has(free); number += 1) free = `${redacted} ${number}`;
    return free;
  }

  #number(value: number): unknown {
    if (Math.abs(value) < leastNumber || !Number.isInteger(value)) return value;
    const text = String(value);
    const redacted = this.#plain(text);
    return redacted === text ? value : redacted;
  }

  #text(text: string, depth: number): string {
    return this.#plain(jsonText.test(text) ? this.#json(text, depth) : text);
  }

  /** JSON with its values redacted; the text as it stands where it is no JSON, or nothing in it was found. */
  #json(text: string, depth: number): string {
    const before = this.count;
    try {
      const redacted = this.value(JSON.parse(text), depth + 1);
      return this.count === before ? text : JSON.stringify(redacted);
    } catch {
      this.count = before;
      return text;
    }
  }

  #plain(text: string): string {
    const { text: redacted, count } = redact(text, this.#rules);
    this.count += count;
    return redacted;
  }
}

/** Levels that the texts have around the record's own values: request, messages, a message. */
const deepestOwn = 4;
