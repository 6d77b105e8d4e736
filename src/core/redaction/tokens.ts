import { contextBefore } from './context.ts';
import { type Finder, lastPart, type Span } from './find-text.ts';
import { isPlaceholder, isRandom, isReference } from './named-values.ts';
import { tokenForms } from './token-forms.ts';

/**
 * Keys have digits, and words hardly ever: what stands around each digit is looked at, and prose is passed over.
 */
const digit = /\d/g;

/** Signs that an issuer's keys consist of. */
const keySign = /[\w.$~+/=:@-]/;
/** A longer run is looked through piece by piece; no sign of an issuer stands farther before its first digit. */
const maxPiece = 2_000;
const maxBeforeDigit = 300;
const minKey = 16;

const anyForm = new RegExp(
  `(?<![A-Za-z0-9\ue000])(?:${Object.values(tokenForms).join('|').replaceAll('(?![A-Za-z0-9])', '(?![A-Za-z0-9\ue000])')})`,
  'g',
);
const rest = /[\w.~+/=-]*/y;
const severalMeanings = /^(?:sk|pk|rk)[-_](?!(?:live|test|prod|proj|ant|or|lf|svcacct|admin)[-_])/;

/** The run of signs around a place. @param from no farther back than here */
function runAround(text: string, at: number, sign: RegExp, from: number): Span {
  let start = at;
  while (start > from && sign.test(text[start - 1] ?? '')) start -= 1;
  let end = at + 1;
  while (end < start + maxPiece && sign.test(text[end] ?? '')) end += 1;
  return { start, end };
}

/** The first key in the run of signs around a digit. */
function keyExtent(text: string, { index }: RegExpExecArray): Span | number {
  const { start, end } = runAround(text, index, keySign, Math.max(0, index - maxBeforeDigit));
  if (end - start < minKey) return end;
  const from = Math.max(0, start - 1);
  // One sign more: it says whether a key of a fixed length ends there.
  const piece = text.slice(from, end + 1);
  anyForm.lastIndex = start - from;
  for (let found = anyForm.exec(piece); found !== null; found = anyForm.exec(piece)) {
    const keyStart = from + found.index;
    const keyEnd = keyStart + found[0].length;
    // One that ends before this digit was found with an earlier one.
    if (keyEnd > index && isKey(found[0])) return { start: keyStart, end: endOfKey(text, keyEnd, end) };
    anyForm.lastIndex = found.index + 1;
  }
  return end;
}

function endOfKey(text: string, end: number, endOfPiece: number): number {
  if (end < endOfPiece) return end;
  rest.lastIndex = end;
  return end + (rest.exec(text)?.[0].length ?? 0);
}

function isKey(key: string): boolean {
  return (
    /\d/.test(key) && !/([x0*.])\1{11}/i.test(key) && (!severalMeanings.test(key) || isRandom(key.slice(3)))
  );
}

/**
 * Words for what gives access, as names of settings, headers and fields have them: `api_key`, `clientSecret`,
 * `X-Auth-Token`, `AccountKey`. A key alone is one of a table, a cache or a map.
 */
const names = [
  '(?:api|app(?:lication)?|access|auth|secret|private|signing|encryption|client|consumer|master|shared(?:[ _-]?access)?|account|storage|function|service|subscription|license|admin|deploy|webhook|ingest|publishable|integration|developer|primary|secondary|ssh|aws[ _-]?secret[ _-]?access)[ _-]?keys?',
  '(?<!\\d:)secret(?:[ _-]?access)?(?:[ _-]?key)?|apikey|tokens?|authorization|x-auth|(?<![a-z])auth|credential|jwt|session[ _-]?id|phpsessid|connect\\.sid|(?<![a-z])sid',
  'api-?schlüssel|clé[ _-]d.?api|clave[ _-]de[ _-]api|chiave[ _-]api|chave[ _-]de[ _-]api|APIキー|密钥|令牌',
  '(?<=[?&;])(?:sig|signature|x-amz-[a-z-]{5,20}|x-goog-signature|key|code)',
].join('|');
const restOfName = '(?:[_-]?(?:base|value|\\d{1,2}))?';
const schemes = '(?:(?:basic|bearer|token|apikey|api-key|key|ssws|genie|negotiate)\\s{1,3})?';
const assigned = '["\'`\\]]{0,2}\\s{0,3}(?::=|=>|={1,3}|:|->|>)\\s{0,3}';
const told =
  '(?:\\s{1,3}(?:for|to|of|für|pour|para|di)\\s{1,3}(?:[^.!?\\n:=,]|\\.(?=\\S)){1,40})?\\s{1,3}(?:is|ist|lautet|est|es|é|è|was|to)\\s{1,3}';

/** What stands before a value: the end of its name, and a sign or a word that says so. Groups: a sign; a quote. */
const nameBefore = new RegExp(
  `(?:${names})${restOfName}(?:(${assigned})|${told}|\\s{1,3}|は|是|为|：)${schemes}(["'\`]?)(?:[a-z]{1,3}:)?$`,
  'i',
);
const schemeBefore = /(?:^|[^\p{L}])bearer(?:\s{1,8}|["']?\s{0,3}[:=]\s{0,3})["']?$/iu;

const valueSign = /[\w.~+/=$|!-]/;
const minValue = 8;
const minUnsignedValue = 16;

/** A value that is a key because a name before it says so. */
function namedExtent(text: string, { index }: RegExpExecArray): Span | number {
  const run = runAround(text, index, valueSign, Math.max(0, index - maxBeforeDigit));
  // A sign between the name and the value may be one that keys have too.
  const equals = text.slice(run.start, index).lastIndexOf('=');
  const start = equals === -1 ? run.start : run.start + equals + 1;
  const value = text.slice(start, run.end).replace(/[.!]{1,3}$/, '');
  if (value.length < minValue || !/[A-Za-z]/.test(value)) return run.end;
  const before = contextBefore(text, start, 100);
  const named = nameBefore.exec(before);
  const isNamed = named !== null && isNamedKey(value, named[1] !== undefined || named[2] !== '');
  const found = isNamed || (schemeBefore.test(before) && value.length >= minUnsignedValue);
  return found ? { start, end: start + value.length } : run.end;
}

function isNamedKey(value: string, isSigned: boolean): boolean {
  if (isPlaceholder(value) || isReference(value) || /^\d{4}-\d\d-\d\d|^https?:|^arn:/i.test(value))
    return false;
  if (value.length < minUnsignedValue && !isSigned) return false;
  return isRandom(value.replace(/[^A-Za-z0-9]/g, ''));
}

/** A user and password in base64, which may have no digit. */
const basic =
  /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|token)\s{1,3}(?=[\w+/=-]{0,40}[A-Z=])([\w.~+/=-]{8,})/gi;

/** No private key is longer. */
const maxKeyCharacters = 20_000;
const lastLine = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
const keyLine = /[A-Za-z0-9+/=]{16}/;
/** What is left of a key that was cut: its lines. */
const keyBody = /(?:[A-Za-z0-9+/=]{24,}|\s{1,100}){0,2000}(?:[A-Za-z0-9+/=]{1,64}(?![\w+/=]))?/y;

/** A private key from its first line to its last; where that is missing, as far as it looks like one. */
function privateKeyExtent(text: string, match: RegExpExecArray): Span | number {
  const from = match.index + match[0].length;
  const next = text.indexOf('-----BEGIN', from);
  const limit = Math.min(from + maxKeyCharacters, next === -1 ? text.length : next);
  const end = lastLine.exec(text.slice(from, limit));
  // Code that looks for keys names both lines and has nothing between them.
  if (end !== null && !keyLine.test(text.slice(from, from + end.index))) return from;
  if (end !== null) return { start: match.index, end: from + end.index + end[0].length };
  keyBody.lastIndex = from;
  const body = keyBody.exec(text)?.[0].trimEnd() ?? '';
  return keyLine.test(body) ? { start: match.index, end: from + body.length } : from;
}

const lineSign = /[A-Za-z0-9+/=\s]/;

/** A key whose first line was cut away, back to where its lines begin. */
function keyTailExtent(text: string, match: RegExpExecArray): Span | number {
  const limit = Math.max(0, match.index - maxKeyCharacters);
  let start = match.index;
  while (start > limit && lineSign.test(text[start - 1] ?? '')) start -= 1;
  const body = /(?<![^\s])[A-Za-z0-9+/=]{40,}\s[A-Za-z0-9+/=\s]*$/.exec(text.slice(start, match.index));
  const end = match.index + match[0].length;
  return body === null ? end : { start: match.index - body[0].length, end };
}

export const tokenFinders: readonly Finder[] = [
  { pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g, extent: privateKeyExtent },
  { pattern: new RegExp(lastLine, 'g'), extent: keyTailExtent },
  { pattern: digit, extent: keyExtent },
  { pattern: digit, extent: namedExtent },
  { pattern: basic, extent: lastPart },
];

/** Without a digit there is no key, but for the few that are known by what stands before them. */
export function mayHoldToken(text: string): boolean {
  return /\d|-----(?:BEGIN|END)/.test(text) || /authorization/i.test(text);
}
