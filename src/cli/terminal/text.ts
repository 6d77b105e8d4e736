import { splitReason } from '#core/slo/words/reason.ts';

/** Columns of a line where a command does not say otherwise. */
const usualWidth = 100;

/** Control characters, and marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** One line of untrusted text for a terminal: control characters out, cut to a width. */
export function oneLine(text: string, width = usualWidth): string {
  const plain = text.replace(unprintable, ' ').trim();
  return plain.length <= width ? plain : `${plain.slice(0, width - 1)}…`;
}

/**
 * Untrusted words in lines of a width, joined. Each line but the first is indented by so much, which the first has before
 * it. A word that is too long is cut; more lines than wanted end with `…`.
 */
export function wrap(
  text: string,
  {
    width = usualWidth,
    indent = 0,
    lines = Number.POSITIVE_INFINITY,
  }: { width?: number; indent?: number; lines?: number } = {},
): string {
  const room = width - indent;
  const made = fillLines(oneLine(text, Number.POSITIVE_INFINITY).split(' '), room);
  const kept = made.slice(0, lines).map((each) => oneLine(each, room));
  if (made.length > lines) kept.push(`${(kept.pop() ?? '').slice(0, room - 2).trimEnd()} …`);
  return kept.join(`\n${' '.repeat(indent)}`);
}

/** A reason of the evaluator in lines of at most 100 columns with a margin: its plain sentence, then its statistics. */
export function reasonLines(reason: string, margin = '  '): string[] {
  const { plain, statistics } = splitReason(reason);
  return [plain, statistics].flatMap((part) =>
    part === '' ? [] : wrapLines(oneLine(part, Number.POSITIVE_INFINITY), margin),
  );
}

/** Words in lines of at most 100 columns with a margin before each. A word that is too long goes on in the next line. */
export function wrapLines(text: string, margin = '  '): string[] {
  const room = usualWidth - margin.length;
  const words = text.split(' ').flatMap((word) => cutApart(word, room));
  return fillLines(words, room).map((line) => margin + line);
}

function fillLines(words: readonly string[], room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function cutApart(word: string, room: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  for (; rest.length > room; rest = rest.slice(room)) pieces.push(rest.slice(0, room));
  return [...pieces, rest];
}

/** Lines of a text, each with so many spaces before it. */
export function indentLines(text: string, by: number): string[] {
  return text.split('\n').map((line) => ' '.repeat(by) + line);
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
