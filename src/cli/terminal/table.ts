import { largest } from '#core/extremes.ts';
import { fillLines } from './fit-lines.ts';
import { columnsOf, terminalWidth } from './width.ts';

const gap = 2;

/**
 * Rows as aligned columns; the first row is the head. Where they are wider than the terminal, the widest columns give way and
 * their cells take several lines; where that would break words, each row is a block with a line a column.
 *
 * @param width in columns
 */
export function formatTable(rows: readonly (readonly string[])[], width = terminalWidth()): string {
  const [head = [], ...body] = rows;
  const columns = head.map((_, column) => rows.map((row) => (row[column] ?? '').trimEnd()));
  const natural = columns.map((cells) => largest(cells.map(columnsOf)));
  const whole = columns.map((cells) => largest(cells.map(longestWord)));
  const widths = narrowColumns(natural, whole, width - gap * (head.length - 1));
  return widths === undefined
    ? body.flatMap((row) => formatBlock(head, row, width)).join('\n')
    : rows.flatMap((row) => formatRow(row, widths)).join('\n');
}

/** The lines of a table that stands so many spaces to the right. */
export function indentedTable(rows: readonly (readonly string[])[], by: number): string[] {
  return formatTable(rows, terminalWidth() - by)
    .split('\n')
    .map((line) => ' '.repeat(by) + line);
}

/** The widest column that can gives way by one, until the table fits; undefined where it cannot without words that break. */
function narrowColumns(
  natural: readonly number[],
  least: readonly number[],
  room: number,
): number[] | undefined {
  const widths = [...natural];
  for (let over = widths.reduce((sum, each) => sum + each, 0) - room; over > 0; over--) {
    const widest = largest(widths.filter((width, column) => width > (least[column] ?? 0)));
    const column = widths.findLastIndex((width, each) => width === widest && width > (least[each] ?? 0));
    if (column < 0) return undefined;
    widths[column] = widest - 1;
  }
  return widths;
}

/** Columns of the longest word, with the spaces before a cell. */
function longestWord(cell: string): number {
  const [indent = '', ...words] = cell.split(/(?<=^ *)(?=\S)|\s+/);
  return indent.trim() === ''
    ? indent.length + largest([0, ...words.map(columnsOf)])
    : largest([indent, ...words].map(columnsOf));
}

function formatRow(row: readonly string[], widths: readonly number[]): string[] {
  const cells = widths.map((width, column) => foldCell(row[column] ?? '', width));
  const height = largest(cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, column) => padTo(cell[line] ?? '', widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function padTo(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - columnsOf(cell)));
}

/** A cell that begins with spaces keeps them in each of its lines. */
function foldCell(given: string, width: number): string[] {
  const cell = given.trimEnd();
  if (columnsOf(cell) <= width) return [cell];
  const indent = indentOf(cell, width);
  const room = width - indent.length;
  return fillLines(cell.trimStart(), [room, room]).map((line) => indent + line);
}

function indentOf(cell: string, width: number): string {
  return ' '.repeat(Math.min(/^ */.exec(cell)?.[0].length ?? 0, width >> 1));
}

/** A row under its name, which is its first cell and those behind it that have no head; then a line a column that has something. */
function formatBlock(head: readonly string[], row: readonly string[], width: number): string[] {
  const named = Math.max(
    1,
    head.findIndex((each, column) => column > 0 && each !== ''),
  );
  const indent = `${indentOf(row[0] ?? '', width)}  `;
  const room = width - indent.length;
  const label = largest(head.slice(named).map(columnsOf)) + gap;
  const lines = head.slice(named).flatMap((title, index) => {
    const cell = (row[named + index] ?? '').trim();
    if (cell === '') return [];
    // Beside a head that leaves no room its cell would be torn to pieces: it stands under it.
    if (room - label < leastBeside)
      return [...fillLines(title, [room, room]), ...fillLines(cell, [room, room])];
    return fillLines(cell, [room - label, room - label]).map(
      (line, part) => padTo(part === 0 ? title : '', label) + line,
    );
  });
  return [
    ...foldCell(row.slice(0, named).join(' '.repeat(gap)), width),
    ...lines.map((line) => indent + line),
  ];
}

/** Columns that a cell beside its head has at least. */
const leastBeside = 8;
