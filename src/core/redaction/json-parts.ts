import type { Span } from './find-text.ts';
import type { View } from './view.ts';

/** A text that is JSON, as far as one sees from outside. */
const jsonText = /^\s*[{[]/;

/** Numbers of fewer digits are too short to be anything that is looked for. */
const leastNumber = 4;

function isJson(text: string): boolean {
  if (!jsonText.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What a JSON text says: the insides of its strings, names of fields included, and its longer numbers. Undefined of another text. */
export function jsonPartsOf(text: string): Span[] | undefined {
  return isJson(text) ? [...scan(text)].map(({ start, end }) => ({ start, end })) : undefined;
}

interface Token extends Span {
  readonly isNumber: boolean;
}

/** Strings and numbers of a text that is JSON, from left to right. */
function* scan(text: string): Generator<Token> {
  const token = /["\d-]/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const start = match.index;
    if (match[0] === '"') {
      const end = endOfString(text, start + 1);
      yield { start: start + 1, end, isNumber: false };
      token.lastIndex = end + 1;
    } else {
      number.lastIndex = start;
      const end = start + (number.exec(text)?.[0].length ?? 1);
      if (end - start >= leastNumber) yield { start, end, isNumber: true };
      token.lastIndex = end;
    }
  }
}

const number = /[\d.eE+-]+/y;

function endOfString(text: string, from: number): number {
  let at = from;
  while (text[at] !== '"' && at < text.length) at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Tells the number of a JSON text in which a stretch lies: a label there takes its place whole, in quotes, or the text would be no JSON. */
export function jsonNumbersOf(text: string): (start: number, end: number) => Span | undefined {
  let numbers: Token[] | undefined;
  let at = 0;
  return (start, end) => {
    numbers ??= isJson(text) ? [...scan(text)].filter(({ isNumber }) => isNumber) : [];
    while ((numbers[at]?.end ?? Number.POSITIVE_INFINITY) <= start) at += 1;
    const found = numbers[at];
    return found !== undefined && found.start <= start && end <= found.end ? found : undefined;
  };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The inside of a string of a JSON text without its escapes, or a number as it stands. */
export function decodeJson(text: string, { start, end }: Span): View {
  const starts = new Uint32Array(end - start + 1);
  let decoded = '';
  let from = start;
  const keep = (until: number) => {
    for (let at = from; at < until; at += 1) starts[decoded.length + at - from] = at;
    decoded += text.slice(from, until);
    from = until;
  };
  for (let at = text.indexOf('\\', start); at !== -1 && at < end; at = text.indexOf('\\', from)) {
    keep(at);
    const escaped = text[at + 1] ?? '';
    starts[decoded.length] = at;
    decoded +=
      escaped === 'u'
        ? String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16))
        : (escapes[escaped] ?? escaped);
    from = at + (escaped === 'u' ? 6 : 2);
  }
  keep(end);
  starts[decoded.length] = end;
  return { text: decoded, starts: starts.subarray(0, decoded.length + 1) };
}
