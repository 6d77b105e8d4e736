import { setTimeout as pause } from 'node:timers/promises';

/** Bounds a hang, and nothing else: a busy machine is slow. */
export const longestWaitMs = 480_000;

const lookEveryMs = 50;

/**
 * Waits until a reading is there: neither undefined nor false.
 *
 * @param what names it, for the error
 * @throws Error naming what did not come about
 */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + longestWaitMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${longestWaitMs / 1_000} s in vain until ${what}`);
    await pause(lookEveryMs);
  }
}
