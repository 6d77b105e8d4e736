import { quoteUntrusted } from './read-untrusted.ts';

/** An instant in epoch milliseconds, or what was wanted instead of the text. */
export type InstantReading =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string };

/** Years, months and days, then hours and minutes, seconds with a fraction, a zone, and the zone's name, which adds nothing. */
const instantForm =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?)?\s?(?:(Z|UTC|GMT)|([+-])((?:[01]\d|2[0-3])):?([0-5]\d)?)?(?:\[[\w/+-]{1,60}\])?$/i;

/** What every reader of instants reads alike. */
export interface ReadOptions {
  /** Refuses a text that names no zone; otherwise it is UTC. */
  readonly zone?: 'required';
}

/**
 * An instant as tools write it: ISO 8601, a space for the T and small letters allowed, any fraction, zones as `Z`,
 * `UTC`, `+01:00`, `+0100` or `+01`; UTC where no zone stands. 1990 to 2200.
 */
export function readInstant(text: string, options: ReadOptions = {}): InstantReading {
  const at = parseInstant(text, options);
  const year = at === undefined ? 0 : new Date(at).getUTCFullYear();
  if (at !== undefined && year >= 1990 && year <= 2200) return { ok: true, value: at };
  return { ok: false, reason: `wanted an instant such as 2026-11-03T09:15:00Z, got ${quoteUntrusted(text)}` };
}

/** {@link readInstant} of any year; undefined where the text is no instant. */
export function parseInstant(text: string, { zone }: ReadOptions = {}): number | undefined {
  // Whoever writes more digits than this writes no instant.
  if (text.length > 100) return undefined;
  const match = instantForm.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '00:00', seconds = '00', fraction = '', utc, sign, hours, minutes = '00'] =
    match;
  if (zone === 'required' && utc === undefined && sign === undefined) return undefined;
  const asUtc = Date.parse(`${date}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  // 31 February would quietly become March.
  if (Number.isNaN(asUtc) || (date.slice(8) > '28' && new Date(asUtc).toISOString().slice(0, 10) !== date))
    return undefined;
  if (sign === undefined) return asUtc;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '+' ? asUtc - offset : asUtc + offset;
}

/** Whether a text names a second 60, which no computer's clock has: a leap second. */
export function isLeapSecond(text: string): boolean {
  return text.length <= 100 && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:60(?!\d)/i.test(text);
}
