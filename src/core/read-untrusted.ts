import { z } from 'zod';

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
