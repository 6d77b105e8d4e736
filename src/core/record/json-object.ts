/** An object as JSON has it, whose values can be anything. */
export type JsonObject = Record<string, unknown>;

export function readObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** A value's fields; none where it has no fields. */
export function fieldsOf(value: unknown): JsonObject {
  return readObject(value) ?? {};
}

/** A text that is not empty. */
export function textIn(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Text of a content: a string, or parts of which some are text. */
export function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part) => {
    const text: unknown = typeof part === 'string' ? part : fieldsOf(part).text;
    return typeof text === 'string' ? [text] : [];
  });
  return texts.length === 0 ? undefined : texts.join('\n');
}
