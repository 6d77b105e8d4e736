/** What the bytes of a text are taken for: what their byte-order mark says, else UTF-8. */
export type TextEncoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

/** A line that holds bytes which are no text. Lines count from 1. */
export interface UnreadableLine {
  readonly line: number;
  /** What is wrong and what to do, to follow the line's number. */
  readonly reason: string;
}

export interface DecodingOptions {
  /** Whether a carriage return by itself ends a line too, as in CSV; a line feed always does. */
  readonly loneReturns?: boolean;
}

const decodersOf = (encoding: TextEncoding) => ({
  strict: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }),
  lenient: new TextDecoder(encoding, { ignoreBOM: true }),
});

/** They keep nothing from one call to the next. */
const decoders = {
  'UTF-8': decodersOf('UTF-8'),
  'UTF-16LE': decodersOf('UTF-16LE'),
  'UTF-16BE': decodersOf('UTF-16BE'),
} satisfies Record<TextEncoding, unknown>;

/** Every line may be unreadable in a file of another kind: so many are named before they are taken. */
const mostNamed = 10_000;

/**
 * Decodes a text piece by piece, wherever the pieces are cut: UTF-8, or UTF-16 in the order that a byte-order mark
 * says. The mark is no part of the text. It never throws: bytes that are no text come out as U+FFFD, and
 * {@link takeFaults} names their lines. NUL is no text either: it is what UTF-16 without its mark, or a picture, holds.
 */
export class TextBytes {
  readonly #loneReturns: boolean;
  #encoding: TextEncoding | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #line = 1;
  /** The last piece ended in a carriage return, which is half of a line ending where a line feed follows. */
  #afterReturn = false;
  #faults: UnreadableLine[] = [];

  constructor({ loneReturns = false }: DecodingOptions = {}) {
    this.#loneReturns = loneReturns;
  }

  /** Undefined before the first bytes are decoded. */
  get encoding(): TextEncoding | undefined {
    return this.#encoding;
  }

  push(bytes: Uint8Array): string {
    return this.#decode(joined(this.#rest, bytes), false);
  }

  /** Ends the text and returns what is left of it. */
  end(): string {
    return this.#decode(this.#rest, true);
  }

  /** Unreadable lines that came out since this was last asked, each once, in order; of very many the first. */
  takeFaults(): readonly UnreadableLine[] {
    const faults = this.#faults;
    this.#faults = [];
    return faults;
  }

  #decode(bytes: Uint8Array, ended: boolean): string {
    let from = 0;
    if (this.#encoding === undefined) {
      if (bytes.length < 3 && !ended) {
        this.#rest = bytes;
        return '';
      }
      const { encoding, mark } = encodingOf(bytes);
      this.#encoding = encoding;
      from = mark;
    }
    const whole = ended ? bytes.length : Math.max(from, wholeCharacters(bytes, this.#encoding));
    // A copy, so that a piece of a large buffer does not keep all of it.
    this.#rest = ended ? new Uint8Array(0) : bytes.slice(whole);
    return this.#decodeWhole(bytes.subarray(from, whole), this.#encoding);
  }

  #decodeWhole(bytes: Uint8Array, encoding: TextEncoding): string {
    const text = decodeStrictly(bytes, encoding);
    if (text !== undefined && !text.includes('\0')) {
      this.#countLines(text);
      return text;
    }
    return cutAtLineFeeds(bytes, encoding)
      .map((part) => this.#decodePart(part, encoding))
      .join('');
  }

  #decodePart(bytes: Uint8Array, encoding: TextEncoding): string {
    const strict = decodeStrictly(bytes, encoding);
    const text = strict ?? decoders[encoding].lenient.decode(bytes);
    const parts = this.#loneReturns ? text.split(/(?<=\r(?!\n))/) : [text];
    for (const part of parts) {
      if (part.includes('\0')) this.#fault('holds NUL characters, which no text has');
      else if (strict === undefined && part.includes('\uFFFD'))
        this.#fault(`holds bytes that are no ${encoding}`);
      this.#countLines(part);
    }
    return text;
  }

  #fault(what: string): void {
    if (this.#faults.at(-1)?.line === this.#line || this.#faults.length >= mostNamed) return;
    this.#faults.push({
      line: this.#line,
      reason: `${what}; save the file as UTF-8 (spreadsheets call it "CSV UTF-8")`,
    });
  }

  #countLines(text: string): void {
    if (text === '') return;
    if (!this.#loneReturns) {
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#line += 1;
      return;
    }
    for (let at = 0; at < text.length; at += 1) {
      const mark = text[at];
      const completes = mark === '\n' && (at === 0 ? this.#afterReturn : text[at - 1] === '\r');
      if ((mark === '\n' || mark === '\r') && !completes) this.#line += 1;
    }
    this.#afterReturn = text.endsWith('\r');
  }
}

/** A text that is in hand as a whole; or its first unreadable line. */
export function decodeText(
  bytes: Uint8Array,
  options?: DecodingOptions,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: UnreadableLine } {
  const reader = new TextBytes(options);
  const text = reader.push(bytes) + reader.end();
  const [fault] = reader.takeFaults();
  return fault === undefined ? { ok: true, text } : { ok: false, fault };
}

function encodingOf(bytes: Uint8Array): { encoding: TextEncoding; mark: number } {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { encoding: 'UTF-16LE', mark: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'UTF-16BE', mark: 2 };
  return { encoding: 'UTF-8', mark: first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0 };
}

/** How many of the bytes make whole characters: one that is cut off waits for its end. */
function wholeCharacters(bytes: Uint8Array, encoding: TextEncoding): number {
  if (encoding !== 'UTF-8') {
    const even = bytes.length - (bytes.length % 2);
    const high = bytes[encoding === 'UTF-16LE' ? even - 1 : even - 2] ?? 0;
    return even >= 2 && high >= 0xd8 && high <= 0xdb ? even - 2 : even;
  }
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Undefined where the bytes are no text of this encoding. */
function decodeStrictly(bytes: Uint8Array, encoding: TextEncoding): string | undefined {
  try {
    return decoders[encoding].strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes of each line, its line feed included. */
function cutAtLineFeeds(bytes: Uint8Array, encoding: TextEncoding): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    const end = afterLineFeed(bytes, at, encoding);
    if (end === undefined) continue;
    parts.push(bytes.subarray(start, end));
    start = end;
  }
  return [...parts, bytes.subarray(start)];
}

/** Undefined where a byte of 10 is a half of another character. */
function afterLineFeed(bytes: Uint8Array, at: number, encoding: TextEncoding): number | undefined {
  if (encoding === 'UTF-8') return at + 1;
  if (encoding === 'UTF-16LE') return at % 2 === 0 && bytes[at + 1] === 0 ? at + 2 : undefined;
  return at % 2 === 1 && bytes[at - 1] === 0 ? at + 1 : undefined;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
