import { contextBefore, isOtherNumber } from './context.ts';
import type { Finder, Span } from './find-text.ts';

/** Characters of each country's IBAN. Source: SWIFT's IBAN registry, release 99. */
const ibanLengths = readLengths(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30',
);

function readLengths(text: string): ReadonlyMap<string, number> {
  return new Map(text.split(' ').map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]));
}

const alphanumeric = /[\p{L}\p{N}]/u;
const separator = /[ ._/-]/;

/** The word right before: then a mistyped one is found too, and one that is glued to it. */
const ibanWord =
  /iban(?:[ _-]?(?:no\.?|nr\.?|number|nummer|code))?["']?[\s:=#"'-]{0,5}(?:(?:is|ist|est|es|è|é)\s{1,3})?$/i;

/** The IBAN that begins here, in groups or without; undefined where its length or its check digits are wrong. */
function ibanExtent(text: string, { index }: RegExpExecArray): Span | undefined {
  const length = ibanLengths.get(text.slice(index, index + 2).toUpperCase());
  if (length === undefined) return undefined;
  const isNamed = ibanWord.test(contextBefore(text, index));
  if (!isNamed && (alphanumeric.test(text[index - 1] ?? '') || text[index + 2] === ' ')) return undefined;
  let characters = '';
  let end = index;
  for (let separated = 0; characters.length < length; end += 1) {
    const character = text[end] ?? '';
    if (/^[A-Za-z0-9]$/.test(character)) {
      characters += character;
      separated = 0;
    } else if (separator.test(character) && separated < 2) separated += 1;
    else return undefined;
  }
  if (/[\p{L}\p{N}\ue000]/u.test(text[end] ?? '')) return undefined;
  return isNamed || passesMod97(characters.toUpperCase()) ? { start: index, end } : undefined;
}

/** ISO 7064 MOD 97-10, as IBANs use it: the first four characters last, letters as 10 to 35, remainder 1. */
export function passesMod97(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36)))
      remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
}

export const ibanFinders: readonly Finder[] = [
  { pattern: /(?=[a-z]{2} ?\d{2})(?<!\ue000)[a-z]{2} ?\d{2}(?=[ ._/-]{0,2}[a-z0-9])/gi, extent: ibanExtent },
];

/** The first digits by which payment networks know their cards, by how many digits these have. */
const networks: Readonly<Record<number, RegExp>> = {
  13: /^4/,
  14: /^3(?:0[0-5]|[689])/,
  15: /^3[47]/,
  16: /^(?:4|5|6|35|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/,
  17: /^(?:5[06-9]|6)/,
  18: /^(?:5[06-9]|6)/,
  19: /^(?:4|5[06-9]|6)/,
};
const maxCardDigits = 19;
const minCardDigits = 13;

const cardWord =
  /(?:card|karte|carte|tarjeta|carta|cartão|cartao|visa|mastercard|amex|maestro|\bpan\b|\bcc\b|卡号|カード)[\p{L}\s:=#"'.()-]{0,24}$/iu;

/** The card number that begins here, in whatever groups; it ends where a group ends. */
function cardExtent(text: string, { index }: RegExpExecArray): Span | undefined {
  if (/\d[._/-]$/.test(text.slice(Math.max(0, index - 2), index))) return undefined;
  const isNamed = cardWord.test(contextBefore(text, index));
  let digits = '';
  let separated = 0;
  let end: number | undefined;
  for (let at = index; ; at += 1) {
    const character = text[at] ?? '';
    if (character >= '0' && character <= '9') {
      digits += character;
      separated = 0;
      if (digits.length > maxCardDigits) break;
      if (digits.length < minCardDigits || /\d/.test(text[at + 1] ?? '')) continue;
      if (isCard(text, { start: index, end: at + 1 }, digits, isNamed) && !goesOn(text, at + 1)) end = at + 1;
    } else if ((isNamed ? /[ ._/+,\n-]/ : /[ ._/+-]/).test(character) && separated < 2) separated += 1;
    else break;
  }
  return end === undefined ? undefined : { start: index, end };
}

/** Whether a number goes on behind a place, or stood for a share. */
function goesOn(text: string, end: number): boolean {
  return /^(?:\ue000|[.,-]\d| ?%)/.test(text.slice(end, end + 2));
}

function isCard(text: string, { start, end }: Span, digits: string, isNamed: boolean): boolean {
  if (networks[digits.length]?.test(digits) !== true) return false;
  // A mistyped one is found behind its name; thirteen digits without it are mostly the number of an article or a time.
  if (isNamed) return passesLuhn(digits) || digits.length === 16;
  if (digits.length === 13 || !passesLuhn(digits)) return false;
  // Numbers of other things, and digits that stand in a digest by chance, are not written in groups.
  return end - start > digits.length || !(isInDigest(text, { start, end }) || isOtherNumber(text, start));
}

/** Whether digits stand within a long hexadecimal number. */
function isInDigest(text: string, { start, end }: Span): boolean {
  const before = /[\da-f-]*$/i.exec(text.slice(Math.max(0, start - 40), start))?.[0] ?? '';
  const after = /^[\da-f-]*/i.exec(text.slice(end, end + 40))?.[0] ?? '';
  return /[a-f]/i.test(before + after) && before.length + after.length + end - start >= 24;
}

/** ISO/IEC 7812-1, annex B: every second digit from the right doubled, the digits' sum a multiple of ten. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const counted = place % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}

export const cardFinders: readonly Finder[] = [
  { pattern: /(?=[2-6]\d{3})(?<![\d\ue000$€£+])[2-6]\d{3}/g, extent: cardExtent },
];

const ssnWord =
  /(?:\bssn|social[ _-]?security|soc\.? ?sec|\bitin\b|\btin\b|sozialversicherung)[\p{L}\s:=#"'._()-]{0,30}$/iu;

/** Written in groups of three, two and four; without groups, or with other digits than are given out, only behind its name. */
function ssnExtent(text: string, match: RegExpExecArray): Span | undefined {
  const span = { start: match.index, end: match.index + match[0].length };
  if (/^(?:[-.]\d|[\p{L}\p{N}\ue000])/u.test(text.slice(span.end, span.end + 2))) return undefined;
  if (ssnWord.test(contextBefore(text, span.start))) return span;
  const isGivenOut = /^(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}$/.test(match[0]);
  return isGivenOut && !isOtherNumber(text, span.start) ? span : undefined;
}

export const ssnFinders: readonly Finder[] = [
  {
    pattern: /(?=\d{3})(?<![\p{L}\p{N}\ue000]|\d[-.])\d{3}[ .-]{0,3}\d{2}[ .-]{0,3}\d{4}/gu,
    extent: ssnExtent,
  },
];
