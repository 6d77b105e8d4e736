import { notBeforeLabel } from './builtin-names.ts';
import type { Span } from './find-text.ts';

/** The part that a match ends with and that its group holds; what stands before it is the sign to know it by. */
export function lastPart(_: string, { index, 0: whole, 1: part = '' }: RegExpExecArray): Span {
  const end = index + whole.length;
  return { start: end - part.length, end };
}

/** Characters before the "@" of an address, RFC 5321. */
const maxLocalCharacters = 64;

const nameCharacter = /[\p{L}\p{N}._%+-]/u;

/** An address by its "@" and domain: the name before it is read backwards, so that no long word is read again and again. */
export function emailExtent(text: string, match: RegExpExecArray): Span | undefined {
  const first = Math.max(0, match.index - maxLocalCharacters);
  let start = match.index;
  while (start > first && nameCharacter.test(text[start - 1] ?? '')) start -= 1;
  return start === match.index ? undefined : { start, end: match.index + match[0].length };
}

/** No private key is longer. */
const maxKeyCharacters = 20_000;
const keyEnd = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
/** What is left of a key that was cut: its lines, also with line breaks written as escapes. */
const keyBody = /(?:[A-Za-z0-9+/=]{24,}|\\[rn]|\s{1,100}){0,2000}(?:[A-Za-z0-9+/=]{1,64}$)?/y;

/** A private key from its first line to its last; where that is missing, as far as it looks like one. */
export function privateKeyExtent(text: string, match: RegExpExecArray): Span {
  const from = match.index + match[0].length;
  const next = text.indexOf('-----BEGIN', from);
  const limit = Math.min(from + maxKeyCharacters, next === -1 ? text.length : next);
  const end = keyEnd.exec(text.slice(from, limit));
  if (end !== null) return { start: match.index, end: from + end.index + end[0].length };
  keyBody.lastIndex = from;
  return { start: match.index, end: from + (keyBody.exec(text)?.[0].trimEnd().length ?? 0) };
}

/** An IPv6 address: eight groups, or fewer around one "::". */
export function ipv6Extent(_: string, match: RegExpExecArray): Span | undefined {
  const halves = match[0].split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const right =
    groups.every((group) => group !== '') &&
    (halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8);
  return right ? { start: match.index, end: match.index + match[0].length } : undefined;
}

/** E.164 allows 15 digits with the country code; numbers that people have are not shorter than this. */
const maxPhoneDigits = 15;
const minPhoneDigits = 8;
const minUnbrokenDigits = 9;
/** Longest stretch looked at: fifteen digits and what may stand between them. */
const maxPhoneCharacters = 40;
/** Between two groups, as in "+44 (0)20" or "(212) 555". */
const maxSeparators = 2;

const separator = /[ ./()\u00a0\u2011-]/;
const letter = /\p{L}/u;
/** A sum with its thousands parted. Groups of three alone are also how some countries write numbers: then there are four. */
const thousands = /^\d{1,3}(?:(?:\.\d{3})+|(?: \d{3}){2})$/;
const beforeLabel = new RegExp(`^${notBeforeLabel}`);

/** A number with its country code: as many groups of digits as make a number. */
export function internationalExtent(text: string, match: RegExpExecArray): Span | undefined {
  const from = match.index + match[0].length;
  let digits = '';
  let separators = 0;
  let groups = 0;
  let end: number | undefined;
  for (let at = from; at < from + maxPhoneCharacters; at += 1) {
    const character = text[at] ?? '';
    if (character >= '0' && character <= '9') {
      digits += character;
      if (separators > 0 || groups === 0) groups += 1;
      separators = 0;
      if (digits.length > maxPhoneDigits) break;
      const next = text[at + 1] ?? '';
      const closed = !/\d/.test(next) && !letter.test(next) && beforeLabel.test(text.slice(at + 1, at + 25));
      if (closed && isNumber(digits, groups, match[0]) && !thousands.test(text.slice(from, at + 1)))
        end = at + 1;
    } else if (separator.test(character) && separators < maxSeparators) separators += 1;
    else break;
  }
  return end === undefined ? undefined : { start: match.index, end };
}

function isNumber(digits: string, groups: number, prefix: string): boolean {
  if (digits.length < (groups === 1 ? minUnbrokenDigits : minPhoneDigits)) return false;
  if (prefix === '00' && groups === 1) return false;
  // Country code 1 is North America's, whose numbers have one form; the rest are sums and counts.
  if (digits.startsWith('1')) return /^1[2-9]\d{2}[2-9]\d{6}$/.test(digits);
  return !/0{5}$/.test(digits);
}
