import type { JudgeTask } from '../judging/judgement.ts';
import { type RedactionRules, redact } from './redact.ts';

type Texts = JudgeTask['texts'];

/**
 * Redacts everything of a response that leaves the sampler: messages with their parts and tool calls, the answer, the
 * context. What is replaced is replaced where it stands: the rest of a text stays byte for byte, JSON in it too.
 */
export function redactTexts(texts: Texts, rules: RedactionRules): { texts: Texts; redactions: number } {
  if (rules.custom.length + rules.builtin.length === 0) return { texts, redactions: 0 };
  const redactor = new TextRedactor(rules);
  const redacted = redactor.value(texts, '') as Texts;
  return { texts: redacted, redactions: redactor.count };
}

/** Names of fields, which are the record's form and not its text. */
const fieldName = /^[A-Za-z_]{1,40}$/;

/** Names of the record's own fields, which say nothing of what their texts are. */
const ownNames = new Set([
  'content',
  'text',
  'role',
  'request',
  'messages',
  'response',
  'context',
  'arguments',
  'type',
  'id',
]);

/** Numbers below it are too short to be anything that is looked for. */
const leastNumber = 1_000;

class TextRedactor {
  count = 0;
  readonly #rules: RedactionRules;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
  }

  /** @param name of the field whose value it is. The parser has refused what nests too deep */
  value(value: unknown, name: string): unknown {
    if (typeof value === 'string') return this.#text(value, name);
    if (typeof value === 'number') return this.#number(value, name);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.value(item, name));
    const keys = new FreeKeys();
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        keys.free(fieldName.test(key) ? key : this.#text(key, '')),
        this.value(item, ownNames.has(key) ? '' : key),
      ]),
    );
  }

  #number(value: number, name: string): unknown {
    if (Math.abs(value) < leastNumber || !Number.isInteger(value)) return value;
    const text = String(value);
    const redacted = this.#text(text, name);
    return redacted === text ? value : redacted;
  }

  #text(text: string, name: string): string {
    const { text: redacted, count } = redact(text, this.#rules, name);
    this.count += count;
    return redacted;
  }
}

/** Names that are still free in an object, one step each: of many keys that all become `[email]`, each gets the next number. */
class FreeKeys {
  readonly #taken = new Set<string>();
  readonly #last = new Map<string, number>();

  free(key: string): string {
    let free = key;
    for (let number = this.#last.get(key) ?? 1; this.#taken.has(free); number += 1) {
      free = `${key} ${number + 1}`;
      this.#last.set(key, number + 1);
    }
    this.#taken.add(free);
    return free;
  }
}
