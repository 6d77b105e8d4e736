import { quoteUntrusted } from './read-untrusted.ts';

/** An instant in epoch milliseconds, or what was wanted instead of the text. */
export type InstantReading =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string };

const instantForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i;

/** An instant as tools write it: ISO 8601, a space for the T allowed, UTC where no zone stands. 1990 to 2200. */
export function readInstant(text: string): InstantReading {
  const refused = {
    ok: false,
    reason: `wanted an instant such as 2026-11-03T09:15:00Z, got ${quoteUntrusted(text)}`,
  } as const;
  const match = instantForm.exec(text);
  if (match === null) return refused;
  const [, date = '', time = '00:00', seconds = '', zone = 'Z'] = match;
  const asUtc = Date.parse(`${date}T${time}${seconds}Z`);
  // 31 February would quietly become March.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 10) !== date) return refused;
  const at = Date.parse(`${date}T${time}${seconds}${zone.toUpperCase()}`);
  const year = new Date(at).getUTCFullYear();
  return year >= 1990 && year <= 2200 ? { ok: true, value: at } : refused;
}
