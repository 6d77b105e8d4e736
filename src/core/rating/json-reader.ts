import { hasDoubledKey } from '../doubled-key.ts';

/** An object of a JSON file, or what is none. `line` is the one it begins on; lines count from 1. */
export type JsonEntry =
  | { readonly ok: true; readonly line: number; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** An object may be this long. */
export const maxObjectCharacters = 1_000_000;

const whitespace = /^\s*$/;

/**
 * Reads the objects of a JSON file piece by piece: one a line, or, where the file begins with a bracket, those of one
 * list, over as many lines as they take. It never throws, its work grows as the text does, and an object that does not
 * read costs itself alone; a list that does not read as one says so by {@link broken}.
 */
export class JsonReader {
  #inner: { push(text: string): JsonEntry[]; end(): JsonEntry[] } | undefined;
  #list: JsonListReader | undefined;
  #blank = '';
  #scanned = 0;

  /** Characters that were looked at. */
  get scanned(): number {
    return this.#scanned;
  }

  /** Whether the objects stand in one list. */
  get isList(): boolean {
    return this.#list !== undefined;
  }

  /** Where the list stops to be one, and why. */
  get broken(): { readonly line: number; readonly reason: string } | undefined {
    return this.#list?.broken;
  }

  push(text: string): JsonEntry[] {
    this.#scanned += text.length;
    if (this.#inner !== undefined) return this.#inner.push(text);
    const piece = this.#blank + text;
    if (whitespace.test(piece)) {
      this.#blank = piece.replace(/[^\r\n]/g, '');
      return [];
    }
    if (/^\s*\[/.test(piece)) this.#list = new JsonListReader();
    this.#inner = this.#list ?? new JsonLineReader();
    return this.#inner.push(piece);
  }

  end(): JsonEntry[] {
    return this.#inner?.end() ?? [];
  }
}

class JsonLineReader {
  #pieces: string[] = [];
  #length = 0;
  #line = 1;

  push(text: string): JsonEntry[] {
    const entries: JsonEntry[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.#add(text.slice(from, end));
      entries.push(...this.#finish());
      from = end + 1;
    }
    this.#add(text.slice(from));
    return entries;
  }

  end(): JsonEntry[] {
    return this.#finish();
  }

  /** Of a line that is too long no more than shows it is kept. */
  #add(text: string): void {
    if (this.#length <= maxObjectCharacters) this.#pieces.push(text);
    this.#length += text.length;
  }

  #finish(): JsonEntry[] {
    const text = this.#pieces.join('');
    const isLong = this.#length > maxObjectCharacters;
    const line = this.#line;
    this.#pieces = [];
    this.#length = 0;
    this.#line += 1;
    if (isLong) return [tooLong(line)];
    return whitespace.test(text) ? [] : [readObject(text, line)];
  }
}

class JsonListReader {
  broken: { readonly line: number; readonly reason: string } | undefined;
  #place: 'before' | 'element or end' | 'element' | 'after element' | 'inside' | 'after' = 'before';
  #depth = 0;
  #quoted = false;
  #escaped = false;
  #pieces: string[] = [];
  #length = 0;
  #line = 1;
  #startLine = 1;

  push(text: string): JsonEntry[] {
    const entries: JsonEntry[] = [];
    let start = 0;
    for (let at = 0; at < text.length && this.broken === undefined; at += 1) {
      const mark = text[at] ?? '';
      if (mark === '\n') this.#line += 1;
      if (this.#place === 'inside') {
        if (!this.#closes(mark)) continue;
        this.#keep(text.slice(start, at + 1));
        entries.push(this.#finish());
      } else if (/\S/.test(mark) && this.#step(mark)) start = at;
    }
    if (this.#place === 'inside') this.#keep(text.slice(start));
    return entries;
  }

  end(): JsonEntry[] {
    if (this.broken === undefined && this.#place !== 'after')
      this.#break('the list of objects ends before its closing bracket');
    return [];
  }

  /** Takes a mark between elements. Returns whether an object begins with it. */
  #step(mark: string): boolean {
    const place = this.#place;
    if (place === 'before') this.#place = 'element or end';
    else if (place === 'after element' && mark === ',') this.#place = 'element';
    else if (mark === ']' && (place === 'after element' || place === 'element or end')) this.#place = 'after';
    else if (mark === '{' && (place === 'element' || place === 'element or end')) {
      this.#place = 'inside';
      this.#depth = 1;
      this.#startLine = this.#line;
      return true;
    } else this.#break('wanted a list of objects, got something else in it');
    return false;
  }

  /** Takes a mark inside an object. Returns whether it ends it. */
  #closes(mark: string): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (this.#quoted) {
      if (mark === '\\') this.#escaped = true;
      else if (mark === '"') this.#quoted = false;
    } else if (mark === '"') this.#quoted = true;
    else if (mark === '{' || mark === '[') this.#depth += 1;
    else if (mark === '}' || mark === ']') this.#depth -= 1;
    return this.#depth === 0;
  }

  #keep(text: string): void {
    if (this.#length <= maxObjectCharacters) this.#pieces.push(text);
    this.#length += text.length;
  }

  #finish(): JsonEntry {
    const text = this.#pieces.join('');
    const isLong = this.#length > maxObjectCharacters;
    this.#pieces = [];
    this.#length = 0;
    this.#place = 'after element';
    if (isLong) return tooLong(this.#startLine);
    const entry = readObject(text, this.#startLine);
    // Where an object of the list does not read, its end was guessed.
    if (!entry.ok && parseJson(text) === undefined) this.broken = { line: entry.line, reason: entry.reason };
    return entry;
  }

  #break(reason: string): void {
    this.broken = { line: this.#line, reason };
  }
}

function readObject(text: string, line: number): JsonEntry {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, line, reason: 'wanted one JSON object on the line, got something else' };
  if (hasDoubledKey(text)) return { ok: false, line, reason: 'has a key twice; keep the one that is meant' };
  return { ok: true, line, value: value as Record<string, unknown> };
}

function tooLong(line: number): JsonEntry {
  return { ok: false, line, reason: `is longer than ${maxObjectCharacters} characters` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
