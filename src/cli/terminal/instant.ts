import { readInstant } from '#core/instant.ts';
import { CliError } from './cli-error.ts';

/** An instant of the command line, epoch milliseconds. @throws CliError that names the option */
export function requireInstant(option: string, text: string): number {
  const reading = readInstant(text.trim());
  if (reading.ok) return reading.value;
  throw new CliError(`${option}: ${reading.reason}.`);
}

/** `2026-11-03 09:15Z`. */
export function formatMinute(at: number): string {
  return isoMinute(at).replace('T', ' ');
}

/** `2026-11-03T09:15Z`. */
export function isoMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
