/** A cell that begins with one of these is run as a formula by spreadsheets; after an apostrophe it is one of ours. */
const formulaStart = /^'*\s*[=+\-@\t\r|%]/;

/**
 * One line of CSV without its line break. A cell that a spreadsheet would execute gets an apostrophe in front, which
 * spreadsheets do not show and {@link plainCell} takes off again.
 * `csvLine(['=1+1', 'a "b"'])` is `'=1+1,"a ""b"""`.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return cells.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(defused(cell)))).join(',');
}

/** A cell as it was before it was defused, whatever it was. `plainCell("'=1+1")` is `=1+1`. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && formulaStart.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function defused(cell: string): string {
  return formulaStart.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
