import { createReadStream } from 'node:fs';

/**
 * Lines of a UTF-8 file, without their endings (`\n` or `\r\n`) and without a byte order mark. Nothing else ends a
 * line: JSON may hold U+2028 as it stands, at which node:readline would part a record in two.
 *
 * @throws the file system's error
 */
export async function* readTextLines(file: string): AsyncGenerator<string> {
  let rest = '';
  let begun = false;
  const stream = createReadStream(file, 'utf8') as AsyncIterable<string>;
  for await (const text of stream) {
    const lines = (rest + (begun ? text : text.replace(/^\uFEFF/, ''))).split('\n');
    begun = true;
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}
