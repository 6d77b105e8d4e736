/** A record of a CSV file, or a line that is none. Lines count from 1. */
export type CsvRecord =
  | { readonly ok: true; readonly line: number; readonly cells: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** A record may be this long; a quote that stays open for longer is taken for a slip of its own line. */
const maxRecordCharacters = 1_000_000;
/** From the first such slip on, so that a file full of them is not read over and over. */
const maxRecordAfterFault = 10_000;

type Scan =
  | { readonly kind: 'record'; readonly cells: string[]; readonly next: number; readonly fault?: string }
  | { readonly kind: 'incomplete' };

/**
 * Reads CSV (RFC 4180) piece by piece: quoted cells with line breaks in them, any line ending, a comma, semicolon or
 * tab between cells (whichever the first line has most of). It never throws. A quote that nobody closes costs its own
 * line and no other, which is why this is not left to a parser that would swallow the rest of the file.
 */
export class CsvReader {
  #buffer = '';
  #line = 1;
  #delimiter: string | undefined;
  #begun = false;
  #limit = maxRecordCharacters;

  /** Takes the next piece of the file and returns the records that end in it. Blank lines are passed over. */
  push(text: string): CsvRecord[] {
    // A byte order mark is no part of the first cell, which may begin with a quote.
    this.#buffer += this.#begun ? text : text.replace(/^\uFEFF/, '');
    this.#begun ||= text !== '';
    return this.#read(false);
  }

  /** Ends the file and returns what is left. */
  end(): CsvRecord[] {
    return this.#read(true);
  }

  #read(ended: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let position = 0;
    while (position < this.#buffer.length) {
      this.#delimiter ??= this.#findDelimiter(ended);
      if (this.#delimiter === undefined) break;
      const scan = scanRecord(this.#buffer, position, this.#delimiter, ended);
      const unclosed = scan.kind === 'incomplete' && (ended || this.#buffer.length - position > this.#limit);
      if (scan.kind === 'incomplete' && !unclosed) break;
      if (scan.kind === 'incomplete') {
        this.#limit = maxRecordAfterFault;
        const next = afterLine(this.#buffer, position);
        records.push({
          ok: false,
          line: this.#line,
          reason: 'wanted a closing quote, got none; close it, or double a quote that belongs to the text',
        });
        position = next;
        this.#line += 1;
        continue;
      }
      const { cells, next, fault } = scan;
      if (fault !== undefined) records.push({ ok: false, line: this.#line, reason: fault });
      else if (cells.some((cell) => cell !== '')) records.push({ ok: true, line: this.#line, cells });
      this.#line += countLines(this.#buffer, position, next);
      position = next;
    }
    this.#buffer = this.#buffer.slice(position);
    return records;
  }

  #findDelimiter(ended: boolean): string | undefined {
    const end = /[\r\n]/.exec(this.#buffer)?.index;
    if (end === undefined && !ended && this.#buffer.length < this.#limit) return undefined;
    const first = this.#buffer.slice(0, end);
    const counts = [',', ';', '\t'].map((mark) => ({ mark, count: first.split(mark).length }));
    return counts.reduce((best, each) => (each.count > best.count ? each : best)).mark;
  }
}

function scanRecord(text: string, start: number, delimiter: string, ended: boolean): Scan {
  const cells: string[] = [];
  let position = start;
  for (;;) {
    let cell: string;
    let fault: string | undefined;
    if (text[position] === '"') {
      const close = closingQuote(text, position + 1, ended);
      if (close === undefined) return { kind: 'incomplete' };
      cell = text.slice(position + 1, close).replaceAll('""', '"');
      position = close + 1;
      const rest = endOfCell(text, position, delimiter);
      if (text.slice(position, rest).trim() !== '')
        fault = 'wanted the end of the cell after its closing quote, got more text; double the quotes inside';
      position = rest;
    } else {
      const end = endOfCell(text, position, delimiter);
      cell = text.slice(position, end);
      position = end;
    }
    if (fault !== undefined) {
      const next = afterLine(text, position);
      if (!ended && next === text.length) return { kind: 'incomplete' };
      return { kind: 'record', cells, next, fault };
    }
    cells.push(cell);
    if (text[position] === delimiter) {
      position += 1;
      continue;
    }
    // A carriage return at the very end of a piece may be half of a line ending.
    if (!ended && (position >= text.length || (text[position] === '\r' && position + 1 >= text.length)))
      return { kind: 'incomplete' };
    return { kind: 'record', cells, next: afterBreak(text, position) };
  }
}

/** Place of the quote that ends a quoted cell; undefined where it has not come yet. */
function closingQuote(text: string, from: number, ended: boolean): number | undefined {
  let position = text.indexOf('"', from);
  while (position !== -1) {
    if (text[position + 1] !== '"') return position + 1 < text.length || ended ? position : undefined;
    position = text.indexOf('"', position + 2);
  }
  return undefined;
}

function endOfCell(text: string, from: number, delimiter: string): number {
  for (let position = from; position < text.length; position += 1) {
    const mark = text[position];
    if (mark === delimiter || mark === '\n' || mark === '\r') return position;
  }
  return text.length;
}

/** Start of the line after the one that a place is in. */
function afterLine(text: string, from: number): number {
  for (let position = from; position < text.length; position += 1) {
    if (text[position] === '\n' || text[position] === '\r') return afterBreak(text, position);
  }
  return text.length;
}

function afterBreak(text: string, position: number): number {
  if (text[position] === '\r' && text[position + 1] === '\n') return position + 2;
  return Math.min(text.length, position + 1);
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let position = from; position < to; position += 1) {
    if (text[position] === '\n' || (text[position] === '\r' && text[position + 1] !== '\n')) lines += 1;
  }
  return lines;
}
