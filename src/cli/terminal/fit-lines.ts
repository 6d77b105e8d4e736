import { largest } from '#core/extremes.ts';
import { columnsOf, splitAt, terminalWidth } from './width.ts';

/** Before the first word: spaces, the mark of a list, and a label with a column of its own. */
const margin = /^\s*(?:[-*•]\s+|\d+\.\s+|\S{1,20}\s{2,}(?=\S))?/;

/**
 * A text whose lines are no wider than the terminal. A line that is too wide goes on in the next, a little to the right of
 * where it began; a line that is a command goes on behind a backslash, so that it can be copied; a command at the end of a line
 * that is too wide gets one of its own. Lines that fit stay as they are.
 *
 * @param width in columns
 */
export function fitLines(text: string, width = terminalWidth()): string {
  return text
    .split('\n')
    .flatMap((line) => (columnsOf(line) <= width ? [line] : foldWhole(line, width)))
    .join('\n');
}

/** Said up to a colon, and the command that ends the line. */
const endsWithCommand = /^(\s*)(\S.*:) ((?:npx|aws|npm) (?!.*[.;] )[^"]*[^".])$/;

function foldWhole(line: string, width: number): string[] {
  const [, spaces = '', said, command = ''] = endsWithCommand.exec(line) ?? [];
  if (said === undefined) return foldLine(line, width);
  return [spaces + said, `${spaces}  ${command}`].flatMap((part) =>
    columnsOf(part) <= width ? [part] : foldLine(part, width),
  );
}

function foldLine(line: string, width: number): string[] {
  const lead = margin.exec(line)?.[0] ?? '';
  const spaces = /^\s*/.exec(lead)?.[0].length ?? 0;
  const deeper = lead.length > spaces ? lead.length : spaces > 0 ? spaces + 2 : 0;
  // What stands behind a gap is a column of its own, and no part of a command.
  const isCommand = /^(npx|aws|npm|git) \S(?!.*\S {2,}\S)/.test(line.slice(lead.length));
  const hang = ' '.repeat(Math.min(isCommand ? spaces + 2 : deeper, width >> 1));
  const room = isCommand ? width - 2 : width;
  const folded = fillLines(line.slice(lead.length), [room - lead.length, room - hang.length]);
  return folded.map((part, index) => {
    const more = isCommand && index < folded.length - 1 ? ' \\' : '';
    return `${index === 0 ? lead : hang}${part}${more}`;
  });
}

/** Words in lines of so many columns, the first line's and the others'. A word that is too long goes on in the next line. */
export function fillLines(text: string, [first, others]: readonly [number, number]): string[] {
  const lines: string[] = [];
  let line = '';
  const room = () => (lines.length === 0 ? first : others);
  // Spaces stay as they are between words of one line: they may be columns.
  for (const piece of text.split(/(?<=\s)(?=\S)/)) {
    const word = piece.trimEnd();
    if (line !== '' && columnsOf(line) + columnsOf(word) > room()) {
      lines.push(line.trimEnd());
      line = '';
    }
    let rest = piece;
    while (columnsOf(rest.trimEnd()) > room()) {
      const [begin, end] = breakWord(rest, room());
      lines.push(begin);
      rest = end;
    }
    line += rest;
  }
  if (line.trimEnd() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** Behind a mark within the word, such as the slash of a path, where one stands late enough; else where the line ends. */
function breakWord(word: string, room: number): readonly [string, string] {
  const [begin, rest] = splitAt(word, room);
  const mark = largest([...'/-_,:.#='].map((each) => begin.lastIndexOf(each))) + 1;
  return mark > begin.length / 2 ? [begin.slice(0, mark), begin.slice(mark) + rest] : [begin, rest];
}
