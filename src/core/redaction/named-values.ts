import type { Span } from './find-text.ts';

export interface NamedValue extends Span {
  readonly value: string;
  /** How it stands behind its name: behind a sign, behind a verb, or right beside it. */
  readonly manner: 'assigned' | 'told' | 'adjacent';
  readonly isQuoted: boolean;
}

const quotes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“',
  '«': '»',
  '「': '」',
  '『': '』',
  '‘': '’',
};

/** A name ends here: a quote or bracket may close, a sign or a word follows that says what it is. */
const assigned = /["'`\]]{0,2}\s{0,3}(?::=|=>|={1,3}|:|＝|：|->)\s{0,3}/y;
const told =
  /(?:\s{1,3}(?:for|to|of|on|zum|zur|für|fürs|de|del|du|pour|para|do|da|di|per)\s{1,3}(?:[^.!?\n:=,]|\.(?=\S)){1,60}?)?(?:'s(?=\s)|\s{0,3}(?:\s(?:is|was|ist|war|lautet|est|es|era|é|è|to|as|will be)(?![\p{L}])|は|が|是|为|為|입니다|은|는))\s{0,2}[:=]?\s{0,3}/uy;
const adjacent = /\s{1,3}/y;
const element = /\s{0,3}>\s{0,3}/y;

const maxValueCharacters = 200;

/** What stands as the value of a name that ends at a place: behind a sign, behind a verb, or right beside it. */
export function valueAfter(text: string, at: number, ends: RegExp): NamedValue | undefined {
  const sign = matchAt(assigned, text, at) ?? matchAt(element, text, at);
  const start = sign ?? matchAt(told, text, at) ?? matchAt(adjacent, text, at);
  if (start === undefined) return undefined;
  const manner =
    sign !== undefined ? 'assigned' : matchAt(told, text, at) !== undefined ? 'told' : 'adjacent';
  const closing = quotes[text[start] ?? ''];
  if (closing !== undefined) {
    const end = text.slice(start + 1, start + 1 + maxValueCharacters).indexOf(closing);
    if (end <= 0) return undefined;
    const value = text.slice(start + 1, start + 1 + end);
    if (/[\n\ue000]/.test(value)) return undefined;
    return { start: start + 1, end: start + 1 + end, value, manner, isQuoted: true };
  }
  const rest = text.slice(start, start + maxValueCharacters);
  const cut = rest.search(ends);
  const value = (cut === -1 ? rest : rest.slice(0, cut)).replace(/[.,;:)\]}>]{1,5}$/, '');
  return value === '' ? undefined : { start, end: start + value.length, value, manner, isQuoted: false };
}

function matchAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** What stands in the place of a secret in examples and code: no secret itself. */
const placeholder =
  /^(?:[$%{<*#[(]|\\?\.{2,}|x{3,}|•|…|(?:your|my|the|insert|enter|replace|change|some|any|put|add)[-_ ]|(?:null|none|nil|true|false|undefined|string|str|text|bool|boolean|int|integer|number|any|varchar|char|bytes?|optional|required|hidden|redacted|removed|masked|empty|unset|env|secret|password|passwd|token|key|value|changeme|example|placeholder|todo|tbd|n\/a|na|invalid|incorrect|wrong|expired|missing)(?:[^\p{L}\d]|$)|@\p{L}+$)/iu;

/** A name in code that holds the value, or the call that reads it: `config.password`, `getpass()`, `os.environ[…]`. */
const reference = /^[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)*(?:[[(]|$)/;

export function isPlaceholder(value: string): boolean {
  return placeholder.test(value) || /^(.)\1*$/.test(value);
}

/** Whether a value that nothing quotes is a name or a call in code. */
export function isReference(value: string): boolean {
  const found = reference.exec(value)?.[0];
  if (found === undefined) return false;
  return /[[(]$/.test(found) || (/[._]|->|::/.test(value) && !/\d{2}/.test(value));
}

/** How often letters of one kind and digits take turns, of all neighbours: random characters do all the time, words hardly ever. */
export function isRandom(value: string): boolean {
  if (/^[\da-f]{16,}$/i.test(value)) return /\d/.test(value) && /[a-f]/i.test(value);
  let turns = 0;
  let last = '';
  for (const character of value) {
    const kind = kindOf(character);
    if (last !== '' && kind !== last && kind !== 'other' && last !== 'other') turns += 1;
    last = kind;
  }
  return turns >= 0.25 * (value.length - 1) && !isCamelCase(value);
}

/** Whether most of a mixed value is words, as in `AllowAccessForS3`. */
function isCamelCase(value: string): boolean {
  if (!/[A-Z]/.test(value)) return false;
  const words = value.match(/[A-Z]?[a-z]{3,}/g) ?? [];
  return words.join('').length >= 0.6 * value.length;
}

function kindOf(character: string): string {
  if (character >= '0' && character <= '9') return 'digit';
  if (character >= 'a' && character <= 'z') return 'lower';
  return character >= 'A' && character <= 'Z' ? 'upper' : 'other';
}
