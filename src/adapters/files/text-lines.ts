import { createReadStream } from 'node:fs';
import { TextBytes } from '#core/decode-text.ts';

/** A file whose lines cannot be read; the message says what it holds, where, and what to do. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError';
}

/**
 * Lines of a text file, UTF-8 or what its byte-order mark says, without their endings (`\n` or `\r\n`) and without the
 * mark. Nothing else ends a line: JSON may hold U+2028 as it stands, at which node:readline would part a record in two.
 *
 * @throws the file system's error
 * @throws TextFileError where it holds bytes that are no text
 */
export async function* readTextLines(file: string): AsyncGenerator<string> {
  const decoder = new TextBytes();
  let rest: string[] = [];
  let begun = false;
  const push = (text: string): string[] => {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = rest.join('') + lines[0];
      rest = [];
    }
    rest.push(last);
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  };
  const check = () => {
    const [fault] = decoder.takeFaults();
    if (fault !== undefined) throw new TextFileError(`${file}:${fault.line} ${fault.reason}.`);
  };
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    if (!begun) refuseCompressed(file, bytes);
    begun = true;
    const lines = push(decoder.push(bytes));
    check();
    yield* lines;
  }
  const lines = push(decoder.end());
  check();
  yield* lines;
  const last = rest.join('');
  if (last !== '') yield last;
}

/** The first bytes of what people often have in place of a text, and how it is undone. */
const compressions: readonly (readonly [name: string, start: readonly number[], undo: string])[] = [
  ['gzip', [0x1f, 0x8b], 'gunzip -k'],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd], 'unzstd'],
  ['bzip2', [0x42, 0x5a, 0x68], 'bunzip2 -k'],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'unxz -k'],
  ['zip', [0x50, 0x4b, 0x03, 0x04], 'unzip'],
];

function refuseCompressed(file: string, bytes: Uint8Array): void {
  for (const [name, start, undo] of compressions)
    if (start.every((byte, index) => bytes[index] === byte))
      throw new TextFileError(`${file} is compressed (${name}): unpack it first, as with "${undo} ${file}".`);
}
