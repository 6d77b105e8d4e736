/** A line of a JSON-lines file: an object, or no object. Lines count from 1. */
export type JsonLine =
  | { readonly ok: true; readonly line: number; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly line: number; readonly reason: string };

const maxLineCharacters = 1_000_000;

/** Reads JSON lines piece by piece. It never throws; blank lines are passed over. */
export class JsonLinesReader {
  #rest = '';
  #line = 0;
  /** The line under way was too long and was refused; what is left of it is passed over. */
  #skipping = false;

  push(text: string): JsonLine[] {
    const lines = (this.#rest + text).split(/\r\n|\n/);
    this.#rest = lines.pop() ?? '';
    const read = lines.flatMap((line) => this.#read(line));
    if (this.#rest.length > maxLineCharacters) {
      if (!this.#skipping)
        read.push({
          ok: false,
          line: this.#line + 1,
          reason: `is longer than ${maxLineCharacters} characters`,
        });
      this.#skipping = true;
      this.#rest = '';
    }
    return read;
  }

  end(): JsonLine[] {
    const rest = this.#rest;
    this.#rest = '';
    return this.#read(rest);
  }

  #read(text: string): JsonLine[] {
    this.#line += 1;
    const line = this.#line;
    if (this.#skipping) {
      this.#skipping = false;
      return [];
    }
    if (text.trim() === '') return [];
    const value = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [{ ok: true, line, value: value as Record<string, unknown> }]
      : [{ ok: false, line, reason: 'wanted one JSON object on the line, got something else' }];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
