import type { env } from '#core/names.ts';

/**
 * Reads a variable that the deployment must have set.
 *
 * @throws Error naming the variable, so that a broken deployment fails at its first log line
 */
export function required(name: (typeof env)[keyof typeof env]): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `Wanted the environment variable ${name}, got nothing. The Assay stack sets it; was this function deployed by it?`,
    );
  }
  return value;
}
