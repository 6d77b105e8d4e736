import type { Span } from './find-text.ts';

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

/** The IBAN that begins here, with single spaces in it or without; undefined where its length or its check digits are wrong. */
export function ibanExtent(text: string, { index }: RegExpExecArray): Span | undefined {
  const length = ibanLengths.get(text.slice(index, index + 2));
  if (length === undefined) return undefined;
  let characters = '';
  let end = index;
  for (let spaced = false; characters.length < length; end += 1) {
    const character = text[end] ?? '';
    if (/^[A-Z0-9]$/.test(character)) {
      characters += character;
      spaced = false;
    } else if (/^[ \u00a0]$/.test(character) && !spaced) spaced = true;
    else return undefined;
  }
  if (alphanumeric.test(text[end] ?? '') || !passesMod97(characters)) return undefined;
  return { start: index, end };
}

/** ISO 7064 MOD 97-10, as IBANs use it: the first four characters last, letters as 10 to 35, remainder 1. */
export function passesMod97(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36)))
      remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
}

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

/** The card number that was matched, where its network and its check digit are right. */
export function cardExtent(_: string, match: RegExpExecArray): Span | undefined {
  const digits = match[0].replace(/\D/g, '');
  if (networks[digits.length]?.test(digits) !== true || !passesLuhn(digits)) return undefined;
  return { start: match.index, end: match.index + match[0].length };
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
