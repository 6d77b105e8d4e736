import { type BuiltinName, notAfterLabel, notBeforeLabel } from './builtin-names.ts';
import { cardExtent, ibanExtent } from './checked-numbers.ts';
import { emailExtent, internationalExtent, ipv6Extent, lastPart, privateKeyExtent } from './extents.ts';
import type { Finder } from './find-text.ts';

/**
 * Every repetition below has an upper bound, or runs over characters that cannot begin a match again: work grows in
 * proportion to the text, whatever stands in it.
 */

const word = '\\p{L}\\p{N}';
/** What lies behind is looked at last: most places are passed over for their first character. */
const begins = `(?<![${word}])${notAfterLabel}`;
const ends = `(?![${word}])${notBeforeLabel}`;

/** A digit, or what a later pattern may put in the place of one. */
const digit = '(?:\\d|\\[(?:card|ssn|ip|phone)\\])';

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
/** Addresses that are everybody's: loopback, "any" and broadcast tell of no one, and answers about code are full of them. */
const notReservedAddress = '(?!127\\.|0\\.0\\.0\\.0(?!\\d)|255\\.255\\.255\\.255)';

/** Keys that carry their kind in front. Those whose form is also that of ordinary hyphenated words need a digit. */
const keyForms = [
  `(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Za-z0-9])${notBeforeLabel}`,
  '(?:sk|pk|rk)[-_](?=[A-Za-z_-]{0,200}\\d)[A-Za-z0-9_-]{20,}',
  'gh[pousr]_[A-Za-z0-9]{30,}',
  'github_pat_[A-Za-z0-9_]{22,}',
  'glpat-[A-Za-z0-9_-]{20,}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,}',
  'AIza[A-Za-z0-9_-]{35}',
  'hf_[A-Za-z0-9]{30,}',
  'npm_[A-Za-z0-9]{36}',
  // A JSON Web Token: its head and its body are JSON objects in base64, which begin like this.
  '(?<!-)eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]*',
];

/** Without it in a text a pattern need not be looked for: most texts are done with at a glance. */
export function prefilterOf(name: BuiltinName): RegExp {
  return name === 'email' || name === 'url-credentials' ? /@/ : /\d|-----BEGIN/;
}

/** What stands behind a word that gives it away. */
function afterWord(pattern: string): RegExp {
  return new RegExp(`\\b${notAfterLabel}${pattern}`, 'gi');
}

export const builtinPatterns: Readonly<Record<BuiltinName, readonly Finder[]>> = {
  secret: [
    {
      pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g,
      extent: privateKeyExtent,
    },
    { pattern: new RegExp(`\\b${notAfterLabel}(?:${keyForms.join('|')})`, 'g') },
    { pattern: afterWord('bearer\\s{1,8}(?=[a-z._~+/=-]{0,300}\\d)([\\w.~+/=-]{16,})'), extent: lastPart },
    {
      pattern: afterWord(
        'authorization["\']?\\s{0,3}[:=]\\s{0,3}["\']?(?:basic|token)\\s{1,3}([\\w.~+/=-]{8,})',
      ),
      extent: lastPart,
    },
    {
      pattern: afterWord(
        `(?:aws_?)?secret_?access_?key["']?\\s{0,3}[:=]\\s{0,3}["']?([a-z0-9/+]{40})(?![a-z0-9/+])${notBeforeLabel}`,
      ),
      extent: lastPart,
    },
  ],
  // The host stays: it says what the answer is about.
  'url-credentials': [
    {
      pattern: new RegExp(`://((?:${notBeforeLabel}[^\\s/?#<>"'\`]){1,512})(?=@)`, 'g'),
      extent: lastPart,
    },
  ],
  email: [
    {
      pattern: /@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,16}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,63})/gu,
      extent: emailExtent,
    },
  ],
  iban: [
    {
      pattern: new RegExp(`(?=[A-Z]{2}\\d{2})${begins}[A-Z]{2}\\d{2}(?=[ \\u00a0]?[A-Z0-9])`, 'gu'),
      extent: ibanExtent,
    },
  ],
  card: [
    {
      pattern: new RegExp(
        `(?=[2-6]\\d{3})${begins}(?<!${digit}[-.])(?:` +
          [
            '[2-6]\\d{3}([ -]?)\\d{4}\\1\\d{4}\\1\\d{4}',
            '3[47]\\d{2}([ -]?)\\d{6}\\2\\d{5}',
            '3[0689]\\d{2}([ -]?)\\d{6}\\3\\d{4}',
            '4\\d{12}',
            '[456]\\d{16,18}',
          ].join('|') +
          `)(?!\\.${digit})${ends}`,
        'gu',
      ),
      extent: cardExtent,
    },
  ],
  ssn: [
    {
      pattern: new RegExp(
        `(?=\\d{3}[- ])${begins}(?<!${digit}[-.])(?!000|666|9)\\d{3}([- ])(?!00)\\d{2}\\1(?!0000)\\d{4}(?![-.]${digit})${ends}`,
        'gu',
      ),
    },
  ],
  ip: [
    {
      pattern: new RegExp(
        `(?=\\d{1,3}\\.)(?<![\\w.+])${notAfterLabel}${notReservedAddress}(?:${octet}\\.){3}${octet}(?!\\w|\\.${digit})${notBeforeLabel}`,
        'g',
      ),
    },
    {
      // Addresses that are somebody's begin with four digits; "::2" and "10:20:30" are other things.
      pattern: new RegExp(
        `(?=[23f][0-9a-f]{3}:)(?<![\\w:.])${notAfterLabel}(?:[23][0-9a-f]{3}|f[cde][0-9a-f]{2})(?::[0-9a-f]{0,4}){2,7}(?![\\w:])${notBeforeLabel}`,
        'gi',
      ),
      extent: ipv6Extent,
    },
  ],
  phone: [
    {
      pattern: new RegExp(
        `(?=[+0])(?<![${word}+])${notAfterLabel}(?:\\+\\(?(?=[1-9])|(?<!(?:\\d|\\[phone\\])[ ./-])00(?=[1-9]\\d{0,2}[ ./-]))`,
        'gu',
      ),
      extent: internationalExtent,
    },
    {
      // North America's, without its country code or with a 1; ten digits in a row may be anything.
      pattern: new RegExp(
        `(?=[1-9(])(?<![${word}$€£+]|${digit}[-.])${notAfterLabel}(?:1[ .-]?)?(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}([ .-]))[2-9]\\d{2}(?:[ .-])\\d{4}(?![-.]${digit})${ends}`,
        'gu',
      ),
    },
  ],
};
