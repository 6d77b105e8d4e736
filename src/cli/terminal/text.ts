import { splitReason } from '#core/slo/words/reason.ts';
import { fillLines } from './fit-lines.ts';
import { columnsOf, splitAt, terminalWidth } from './width.ts';

/** Control characters, and marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** One line of untrusted text for a terminal: control characters out, cut to a width. */
export function oneLine(text: string, width = terminalWidth()): string {
  const plain = text.replace(unprintable, ' ').trim();
  return columnsOf(plain) <= width ? plain : `${splitAt(plain, width - 1)[0]}…`;
}

/**
 * Untrusted words in lines of the terminal's width, joined. Each line but the first is indented by so much, which the first has
 * before it. More lines than wanted end with `…`.
 */
export function wrap(
  text: string,
  {
    width = terminalWidth(),
    indent = 0,
    lines = Number.POSITIVE_INFINITY,
  }: { width?: number; indent?: number; lines?: number } = {},
): string {
  const room = width - indent;
  const made = fillLines(oneLine(text, Number.POSITIVE_INFINITY), [room, room]);
  const kept = made.slice(0, lines);
  if (made.length > lines) kept.push(`${splitAt(kept.pop() ?? '', room - 2)[0].trimEnd()} …`);
  return kept.join(`\n${' '.repeat(indent)}`);
}

/** A reason of the evaluator in lines of the terminal's width with a margin: its plain sentence, then its statistics. */
export function reasonLines(reason: string, margin = '  '): string[] {
  const { plain, statistics } = splitReason(reason);
  return [plain, statistics].flatMap((part) =>
    part === '' ? [] : wrapLines(oneLine(part, Number.POSITIVE_INFINITY), margin),
  );
}

/** Words in lines of the terminal's width with a margin before each. */
export function wrapLines(text: string, margin = '  '): string[] {
  const room = terminalWidth() - columnsOf(margin);
  return fillLines(text, [room, room]).map((line) => margin + line);
}
