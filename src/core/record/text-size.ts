import { maxNesting } from './rejection.ts';
import type { ResponseRecord } from './response-record.ts';

/**
 * Characters of everything that would go to the judge queue: messages with all their keys, the answer, the context.
 *
 * @returns `Infinity` where lists and objects nest deeper than `maxNesting`, for such a value could not be written
 * as JSON again without exhausting the stack
 */
export function textCharacters(record: ResponseRecord): number {
  return (
    charactersOf(record.response?.content, 0) +
    charactersOf(record.request?.messages, 0) +
    charactersOf(record.context, 0)
  );
}

function charactersOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > maxNesting) return Number.POSITIVE_INFINITY;
  let total = 0;
  if (Array.isArray(value)) {
    for (const item of value) total += charactersOf(item, depth + 1);
    return total;
  }
  for (const key in value) {
    total += key.length + charactersOf((value as Record<string, unknown>)[key], depth + 1);
  }
  return total;
}
