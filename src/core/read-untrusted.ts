import * as z from 'zod';

/**
 * A schema's safeParse that never throws. zod checks the length of whatever has a `length`, even where the type is
 * wrong already, and comparing an object such as `{"length": {"toString": 1}}` throws a TypeError: one such record
 * would take its whole batch down with it.
 */
export function readUntrusted<T>(
  schema: { safeParse(value: unknown): z.ZodSafeParseResult<T> },
  value: unknown,
): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(value);
  } catch {
    const fault = { code: 'custom' as const, path: [], message: 'is of no form that can be checked' };
    return { success: false, error: new z.ZodError([fault]) as z.ZodError<T> };
  }
}

/** Untrusted text in a message: short, and without what a terminal would act on. */
export function quoteUntrusted(text: string): string {
  const plain = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return plain.replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?');
}
