/** A record of a CSV file, or a line that is none. Lines count from 1. */
export type CsvRecord =
  | { readonly ok: true; readonly line: number; readonly cells: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** A record may be this long; a quote that stays open for longer is taken for a slip of its own line. */
export const maxRecordCharacters = 1_000_000;

type Scan =
  | { readonly kind: 'record'; readonly cells: string[]; readonly next: number }
  | { readonly kind: 'fault'; readonly reason: string; readonly from: number }
  /** It does not end in what came so far. */
  | { readonly kind: 'incomplete'; readonly quoted: boolean };

/**
 * Reads CSV (RFC 4180) piece by piece: quoted cells with line breaks in them, any line ending, a comma, semicolon or
 * tab between cells: what a first line `sep=;` says, else whichever the header has most of. Spaces around a cell are no
 * part of it, those inside its quotes are. It never throws, and its work grows as the text does. A quote that nobody
 * closes costs its own line and no other, which is why this is not left to a parser that would swallow the rest.
 */
export class CsvReader {
  #buffer = '';
  #line = 1;
  #delimiter: string | undefined;
  #begun = false;
  /** The rest of a line that was refused is passed over. */
  #skipping = false;
  /** A record that did not end is looked at again when the text is so long. */
  #retryAt = 0;
  #scanned = 0;

  /** Characters that were looked at, those that were looked at again included. */
  get scanned(): number {
    return this.#scanned;
  }

  /** Takes the next piece of the file and returns the records that end in it. Blank lines are passed over. */
  push(text: string): CsvRecord[] {
    // A byte order mark is no part of the first cell, which may begin with a quote.
    this.#buffer += this.#begun ? text : text.replace(/^\uFEFF/, '');
    this.#begun ||= text !== '';
    return this.#buffer.length < this.#retryAt ? [] : this.#read(false);
  }

  /** Ends the file and returns what is left. */
  end(): CsvRecord[] {
    return this.#read(true);
  }

  #read(ended: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    this.#retryAt = 0;
    let position = this.#delimiter === undefined ? this.#begin(ended) : 0;
    while (position < this.#buffer.length && this.#delimiter !== undefined) {
      if (this.#skipping) {
        position = this.#skipLine(position, ended);
        if (this.#skipping) break;
        continue;
      }
      const scan = scanRecord(this.#buffer, position, this.#delimiter, ended);
      this.#scanned += lookedAt(scan, this.#buffer.length) - position;
      if (scan.kind === 'incomplete' && !ended && this.#buffer.length - position <= maxRecordCharacters + 2) {
        this.#retryAt = Math.min(2 * (this.#buffer.length - position), maxRecordCharacters + 3);
        break;
      }
      if (scan.kind !== 'record') {
        records.push({ ok: false, line: this.#line, reason: describeFault(scan) });
        // Cells of it may have gone over lines: what is passed over is the rest of its last one.
        const rest = scan.kind === 'fault' ? scan.from : position;
        this.#line += countLines(this.#buffer, position, rest);
        position = rest;
        this.#skipping = true;
        continue;
      }
      const { cells, next } = scan;
      if (cells.some((cell) => cell !== '')) records.push({ ok: true, line: this.#line, cells });
      this.#line += countLines(this.#buffer, position, next);
      position = next;
    }
    this.#buffer = this.#buffer.slice(position);
    return records;
  }

  /** Finds the delimiter. Returns where the records begin, or, while it is not known, where its line does. */
  #begin(ended: boolean): number {
    for (let position = 0; ; ) {
      const end = lineEnd(this.#buffer, position, ended || this.#buffer.length > maxRecordCharacters);
      this.#scanned += (end?.next ?? this.#buffer.length) - position;
      if (end === undefined) {
        this.#retryAt = 2 * (this.#buffer.length - position);
        return position;
      }
      const first = this.#buffer.slice(position, end.at);
      const declared = /^\s*"?sep=([^"\r\n])"?\s*$/i.exec(first)?.[1];
      if (declared === undefined && first.trim() !== '') {
        this.#delimiter = findDelimiter(first);
        return position;
      }
      if (end.next === position) return position;
      this.#line += end.next > end.at ? 1 : 0;
      position = end.next;
      if (declared === undefined) continue;
      this.#delimiter = declared;
      return position;
    }
  }

  /** Place of the next line, or of what is kept while it has not come. */
  #skipLine(from: number, ended: boolean): number {
    const end = lineEnd(this.#buffer, from, ended);
    this.#scanned += (end?.next ?? this.#buffer.length) - from;
    if (end === undefined) return this.#buffer.length - (this.#buffer.endsWith('\r') ? 1 : 0);
    this.#skipping = false;
    this.#line += end.next > end.at ? 1 : 0;
    return end.next;
  }
}

/** Place up to which a scan has looked. */
function lookedAt(scan: Scan, length: number): number {
  if (scan.kind === 'record') return scan.next;
  return scan.kind === 'fault' ? scan.from : length;
}

function describeFault(scan: Exclude<Scan, { kind: 'record' }>): string {
  if (scan.kind === 'fault') return scan.reason;
  return scan.quoted
    ? 'wanted a closing quote, got none; close it, or double a quote that belongs to the text'
    : `is longer than ${maxRecordCharacters} characters; shorten its texts`;
}

/** The mark between cells that stands most often outside quotes. */
function findDelimiter(line: string): string {
  const counts = new Map([',', ';', '\t'].map((mark) => [mark, 0]));
  let quoted = false;
  for (const mark of line) {
    if (mark === '"') quoted = !quoted;
    const count = quoted ? undefined : counts.get(mark);
    if (count !== undefined) counts.set(mark, count + 1);
  }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function scanRecord(text: string, start: number, delimiter: string, ended: boolean): Scan {
  const cells: string[] = [];
  let position = start;
  for (;;) {
    if (position - start > maxRecordCharacters) return { kind: 'incomplete', quoted: false };
    const opening = skipSpaces(text, position, delimiter);
    if (text[opening] === '"') {
      const close = closingQuote(text, opening + 1, start + maxRecordCharacters, ended);
      if (close === undefined) return { kind: 'incomplete', quoted: true };
      cells.push(text.slice(opening + 1, close).replaceAll('""', '"'));
      position = endOfCell(text, close + 1, delimiter);
      if (text.slice(close + 1, position).trim() !== '')
        return {
          kind: 'fault',
          from: close + 1,
          reason:
            'wanted the end of the cell after its closing quote, got more text; double the quotes inside',
        };
    } else {
      const end = endOfCell(text, position, delimiter);
      cells.push(text.slice(position, end).trim());
      position = end;
    }
    if (text[position] === delimiter) {
      position += 1;
      continue;
    }
    const end = lineEnd(text, position, ended);
    if (end === undefined || end.next - start > maxRecordCharacters + 2)
      return { kind: 'incomplete', quoted: false };
    return { kind: 'record', cells, next: end.next };
  }
}

/** Place after spaces that stand before a cell. */
function skipSpaces(text: string, from: number, delimiter: string): number {
  let position = from;
  while (text[position] === ' ' || (text[position] === '\t' && delimiter !== '\t')) position += 1;
  return position;
}

/** Place of the quote that ends a quoted cell; undefined where it has not come yet, or stands too far away. */
function closingQuote(text: string, from: number, most: number, ended: boolean): number | undefined {
  let position = text.indexOf('"', from);
  while (position !== -1 && position <= most) {
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

/**
 * Where the line that a place is in ends, and where the next one begins.
 *
 * @returns undefined where the end has not come yet: a carriage return at the very end of a piece may be half of one
 */
function lineEnd(text: string, from: number, ended: boolean): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\n') return { at, next: at + 1 };
    if (text[at] !== '\r') continue;
    if (at + 1 < text.length) return { at, next: text[at + 1] === '\n' ? at + 2 : at + 1 };
    return ended ? { at, next: at + 1 } : undefined;
  }
  return ended ? { at: text.length, next: text.length } : undefined;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let position = from; position < to; position += 1) {
    if (text[position] === '\n' || (text[position] === '\r' && text[position + 1] !== '\n')) lines += 1;
  }
  return lines;
}
