/**
 * A text as its reader would see it: escapes of JSON, HTML and URLs read, invisible characters gone. Patterns look at the
 * view; what they find is replaced in the text itself, which keeps every other byte.
 */
export interface View {
  readonly text: string;
  /** Where in the text itself each UTF-16 unit of the view begins, and where the last one ends; undefined where they are the same. */
  readonly starts: Uint32Array | undefined;
}

/** Where in the text a place of its view is. */
export function writtenAt({ starts }: View, at: number): number {
  return starts === undefined ? at : (starts[at] ?? 0);
}

/** Where in the view a place of its text is: the first unit that begins there or later. */
export function viewedAt({ starts }: View, at: number): number {
  if (starts === undefined) return at;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is not itself: escapes, and characters that nobody sees or that stand outside the basic plane. */
const special =
  /[\\&%\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud835]|[\ufe0e-\ufe0f]/g;
const mayBeSpecial = new RegExp(special.source);

/** The whole text, read once from left to right. */
export function viewOf(text: string): View {
  if (!mayBeSpecial.test(text)) return { text, starts: undefined };
  let starts: Uint32Array | undefined;
  let view = '';
  let from = 0;
  const keep = (end: number) => {
    starts ??= new Uint32Array(text.length + 1);
    for (let at = from; at < end; at += 1) starts[view.length + at - from] = at;
    view += text.slice(from, end);
    from = end;
  };
  special.lastIndex = 0;
  for (let match = special.exec(text); match !== null; match = special.exec(text)) {
    const unit = readUnit(text, match.index);
    special.lastIndex = unit.end;
    if (unit.reads === undefined) continue;
    keep(match.index);
    if (unit.reads !== '' && starts !== undefined) starts[view.length] = match.index;
    view += unit.reads;
    from = unit.end;
  }
  if (starts === undefined) return { text, starts };
  keep(text.length);
  starts[view.length] = text.length;
  return { text: view, starts: starts.subarray(0, view.length + 1) };
}

/** What a stretch of a text is read as, one unit or none; undefined where it is itself. */
interface Unit {
  readonly end: number;
  readonly reads: string | undefined;
}

function readUnit(text: string, at: number): Unit {
  switch (text[at]) {
    case '\\':
      return readBackslashes(text, at);
    case '&':
      return readEntity(text, at);
    case '%':
      return readPercent(text, at);
    case '\ud835':
      return readMathematicalDigit(text, at);
    default:
      return { end: at + 1, reads: '' };
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '/': '/' };
const codeUnit = /u([\da-f]{4})|x([\da-f]{2})/iy;

/** However often a text was written as JSON inside JSON: any number of backslashes before what they escape. */
function readBackslashes(text: string, at: number): Unit {
  let end = at;
  while (text[end] === '\\') end += 1;
  const simple = escapes[text[end] ?? ''];
  if (simple !== undefined) return { end: end + 1, reads: simple };
  codeUnit.lastIndex = end;
  const code = codeUnit.exec(text);
  if (code === null) return { end, reads: undefined };
  return {
    end: end + code[0].length,
    reads: String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '', 16)),
  };
}

const entity = /&(?:amp;){0,3}(?:#(\d{1,5})|#x([\da-f]{1,4})|([a-z]{2,8}));/iy;
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  colon: ':',
  commat: '@',
  dash: '-',
  equals: '=',
  gt: '>',
  hyphen: '-',
  lowbar: '_',
  lpar: '(',
  lt: '<',
  nbsp: ' ',
  ndash: '-',
  num: '#',
  period: '.',
  plus: '+',
  quot: '"',
  rpar: ')',
  shy: '',
  sol: '/',
};

function readEntity(text: string, at: number): Unit {
  entity.lastIndex = at;
  const [whole, decimal, hexadecimal, name] = entity.exec(text) ?? [];
  if (whole === undefined) return { end: at + 1, reads: undefined };
  const end = at + whole.length;
  if (name !== undefined) return { end, reads: Object.hasOwn(entities, name) ? entities[name] : undefined };
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return { end, reads: code === 0 || code > 0xffff ? undefined : String.fromCharCode(code) };
}

/** An ASCII character, also of a URL inside a URL. */
const percent = /%(?:25){0,2}([2-7][\da-f])/iy;

function readPercent(text: string, at: number): Unit {
  percent.lastIndex = at;
  const [whole, code = ''] = percent.exec(text) ?? [];
  if (whole === undefined) return { end: at + 1, reads: undefined };
  return { end: at + whole.length, reads: String.fromCharCode(Number.parseInt(code, 16)) };
}

/** Five sets of bold, double-struck and other digits. */
const mathematicalDigits = { from: 0x1d7ce, to: 0x1d7ff };

function readMathematicalDigit(text: string, at: number): Unit {
  const code = text.codePointAt(at) ?? 0;
  if (code < mathematicalDigits.from || code > mathematicalDigits.to)
    return { end: at + 1, reads: undefined };
  return { end: at + 2, reads: String((code - mathematicalDigits.from) % 10) };
}

/** Characters that another one stands for; most texts have none. */
const foldable = /[\u00a0\u0660-\u1c59\u2000-\u3002\ua620-\uabf9\ufe58-\ufe6b\uff01-\uff61]/g;
const hasFoldable = new RegExp(foldable.source);

/**
 * The same text, unit by unit, with one character for all that are written alike: digits of all scripts, full-width
 * letters and signs, dashes, spaces.
 */
export function foldCharacters(text: string): string {
  return hasFoldable.test(text) ? text.replace(foldable, foldCharacter) : text;
}

const dashes = /[\u2010-\u2015\u2043\u2212\ufe58\ufe63]/;
const spaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;

function foldCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0xa0) return ' ';
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (code === 0x3002 || code === 0xff61) return '.';
  if (code >= 0x2000 && code <= 0x3000) {
    if (dashes.test(character)) return '-';
    if (spaces.test(character)) return ' ';
    return character === '\u2019' || character === '\u2018' ? "'" : character;
  }
  if (character === '\ufe6b') return '@';
  return digitOf(code) ?? character;
}

/** Where the ten digits of a script begin, in the order of Unicode. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
  0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
  0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];

function digitOf(code: number): string | undefined {
  if (code < 0x660 || code > 0xabf9 || (code > 0x1c59 && code < 0xa620)) return undefined;
  const zero = zeros.find((first) => code >= first && code < first + 10);
  return zero === undefined ? undefined : String(code - zero);
}
