import { readFile } from 'node:fs/promises';
import { decodeText } from '#core/decode-text.ts';

export type TextFileReading =
  | { readonly ok: true; readonly text: string }
  /** `line` is the first that is no text; 1 where the file cannot be read at all. */
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** Reads a text file as a whole: UTF-8, or what its byte-order mark says. It never throws. */
export async function readTextFile(file: string): Promise<TextFileReading> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return { ok: false, line: 1, reason: `cannot be read (${code})` };
  }
  const decoding = decodeText(bytes, { loneReturns: true });
  return decoding.ok ? decoding : { ok: false, ...decoding.fault };
}
