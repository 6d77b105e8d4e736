import { commandLineFinders } from './command-lines.ts';
import type { Finder, Span } from './find-text.ts';
import { isPlaceholder, isReference, type NamedValue, valueAfter } from './named-values.ts';

/** A word for a password and its finder. Strong words mean nothing else, and some also stand within the name of a field. */
function namedPassword(
  word: string,
  isStrong: boolean,
  mayHold = (text: string) => /pass/i.test(text),
): Finder {
  return {
    mayHold,
    pattern: new RegExp(word, 'gi'),
    extent: (text, match) => passwordExtent(text, match, isStrong),
  };
}

/** Ends of a value that nothing quotes; a ";" or "&" ends it where another setting follows. */
const valueEnds = /[\s"'`<>\ue000]|[;&,](?=\s|$|[\w .-]{1,40}=)|\\[nrt]|,(?=["'])/;

/** Words that follow "the password is" and are none. */
const ordinary = new Set(
  (
    'a about above accepted active again all already also always an and any are as at available bad be because been before being below blank by ' +
    'can case changed changing checked compromised copied correct created default deleted different disabled displayed easy either empty enabled ' +
    'encrypted entered exposed expired expiring extremely fine first for forgotten from generated given going good hard hashed here hidden how ' +
    'if important in incorrect insecure invalid is it its just kept known leaked left less locked long longer lost made masked matched me ' +
    'mandatory missing more most my necessary needed never new no not now null of ok okay old on one only optional or our out over plain ' +
    'possible private protected provided public rejected required reset right rotated safe same salted saved secret secure sent set shared ' +
    'shorter short shown so some something still stored strong stronger supposed temporary that the their then there this to too true typed ' +
    'unchanged unique unknown unsafe until up updated used useful valid validated very visible weak weaker what when where which who with ' +
    'without working wrong yes you your zu nicht falsch richtig ungültig abgelaufen geheim sicher zurückgesetzt incorrecta incorrecto correcta ' +
    'incorrect erroné oublié expiré errata sbagliata scaduta incorreta errada inválida must should may might contains hint field manager policy'
  ).split(' '),
);

function passwordExtent(text: string, match: RegExpExecArray, isStrong: boolean): Span | undefined {
  // A keyword's other forms, such as "passwords" and "passwordless", name none.
  const end = endOfName(text, match.index + match[0].length);
  if (end === undefined) return undefined;
  const found = valueAfter(text, end, valueEnds);
  if (found === undefined || !isPassword(text, found, isStrong)) return undefined;
  return { start: found.start, end: found.end };
}

/** Behind a word: what may still belong to the name of a setting, as in `password_1`, `passwordConfirm`. */
const restOfName =
  /(?:[_-]?(?:confirm(?:ation)?|again|repeat|new|old|value|hash|\d{1,2}|base))?(?![\p{L}\d_-])|(?=[は是为が為은는])/iuy;

function endOfName(text: string, at: number): number | undefined {
  restOfName.lastIndex = at;
  return restOfName.test(text) ? restOfName.lastIndex : undefined;
}

function isPassword(text: string, { value, manner, isQuoted, end }: NamedValue, isStrong: boolean): boolean {
  if (value.length < 4 || isPlaceholder(value) || value.startsWith('=') || /^\w{2,10}:\/\//.test(value))
    return false;
  const digits = /\d/.test(value);
  const letters = /\p{L}/u.test(value);
  const mixed = (digits && letters) || /[^\p{L}\d\s.,'-]/u.test(value.slice(0, -1));
  if (manner === 'adjacent') return isAdjacent(text, value, end) && digits && letters;
  if (isQuoted) return (isStrong || mixed) && !isProse(value);
  if (isReference(value) || /^(?:~|\.)?\//.test(value)) return false;
  if (!digits && /pass|pwd/i.test(value)) return false;
  if (mixed) return isStrong || manner === 'assigned' || (digits && letters && value.length >= 6);
  if (digits) return isStrong || /^\d{4}$/.test(value);
  // A word alone: where the sentence ends with it.
  return isStrong && !ordinary.has(value.toLowerCase()) && endsClause(text, end);
}

/** Right beside its name a word with a number behind it may be a field's: it ends its sentence. */
function isAdjacent(text: string, value: string, end: number): boolean {
  if (value.length < 6 || /[\s=({[/:]/.test(value) || isReference(value)) return false;
  const isField = /^(?:field|box|input|step|rule|page|column|hash|reset|form)/i.test(value);
  return !/^\p{L}+-?\d{1,2}$/u.test(value) || (endsClause(text, end) && !isField);
}

function endsClause(text: string, at: number): boolean {
  return /^(?:\s*$|[^\S\n]*\n|[;,&"'`)\]}<]|[.!?](?:\s|$|["')]))/.test(text.slice(at, at + 12));
}

/** Words about passwords, as a message has them: many of them are ordinary. */
function isProse(value: string): boolean {
  const all = value
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
  return all.length > 8 || all.filter((word) => ordinary.has(word)).length * 3 > all.length;
}

const words =
  /kennwort|contrase|senha|wachtwoord|parola|de.?passe|pwd|ps?w|mdp|clave|pin(?![a-z])|wi-?fi|wlan|network key/i;
const otherScripts = /парол|Парол|パスワード|密[码碼]|口令|비밀번호|पासवर्ड/;
const hasWord = (text: string) => words.test(text) || otherScripts.test(text);

export const passwordFinders: readonly Finder[] = [
  namedPassword('pass(?:word|wd|phrase|code|wort)', true),
  namedPassword(
    'kennwort|mot[ _-]?de[ _-]?passe|contrase(?:ñ|n)a|senha|wachtwoord|parola d.ordine|парол[ьяюе]|パスワード|密码|密碼|口令|비밀번호|पासवर्ड',
    true,
    hasWord,
  ),
  namedPassword('(?<![a-z])pass(?![a-z])', false),
  namedPassword(
    '(?<![a-z])(?:wi-?fi[ -]key|wlan[ -]?(?:key|schlüssel)|network key|pwd|pw|pswd|psw|mdp|clave|pin)(?![a-z])',
    false,
    hasWord,
  ),
  ...commandLineFinders,
];

/** A password has a digit, but where its word is plain or a sign stands before it. */
export function mayHoldPassword(text: string): boolean {
  return /\d|pass/i.test(text) || otherScripts.test(text) || (/[:=]/.test(text) && words.test(text));
}
