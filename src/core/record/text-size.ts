import { maxNesting, maxTextValues } from './rejection.ts';
import type { ResponseRecord } from './response-record.ts';

/**
 * Characters of everything that would go to the judge queue: messages with all their keys, the answer with its calls of
 * tools, the context.
 *
 * @returns `Infinity` where lists and objects nest deeper than `maxNesting`, for such a value could not be written as
 * JSON again without exhausting the stack, and where there are more values than `maxTextValues`
 */
export function textCharacters(record: ResponseRecord): number {
  const size = new TextSize();
  return (
    size.charactersOf(record.response?.content, 0) +
    size.charactersOf(record.response?.tool_calls, 0) +
    size.charactersOf(record.response?.function_call, 0) +
    size.charactersOf(record.request?.messages, 0) +
    size.charactersOf(record.context, 0)
  );
}

/** Whether a value could not be written as JSON again. */
export function nestsTooDeep(value: unknown): boolean {
  return new TextSize(Number.POSITIVE_INFINITY).charactersOf(value, 0) === Number.POSITIVE_INFINITY;
}

class TextSize {
  #left: number;

  constructor(most = maxTextValues) {
    this.#left = most;
  }

  charactersOf(value: unknown, depth: number): number {
    if (typeof value === 'string') return value.length;
    if (typeof value !== 'object' || value === null) return 0;
    if (depth > maxNesting) return Number.POSITIVE_INFINITY;
    let total = 0;
    if (Array.isArray(value)) {
      this.#left -= 1 + value.length;
      if (this.#left < 0) return Number.POSITIVE_INFINITY;
      for (const item of value) total += this.charactersOf(item, depth + 1);
      return total;
    }
    for (const key in value) {
      this.#left -= 1;
      if (this.#left < 0) return Number.POSITIVE_INFINITY;
      total += key.length + this.charactersOf((value as Record<string, unknown>)[key], depth + 1);
    }
    return total;
  }
}
