import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** A Markdown table. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rest.map(line)].join('\n');
}

/**
 * Holds the table between `<!-- table: NAME -->` and `<!-- end -->` of a document to what the model makes of it. With
 * WRITE_TABLES=1 in the environment it is written anew instead.
 */
export async function expectTable(
  document: string,
  name: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const file = join(root, document);
  const text = await readFile(file, 'utf8');
  const begin = `<!-- table: ${name} -->\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf('\n<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`${document} has no table "${name}"`);
  const table = markdownTable(rows);
  if (process.env.WRITE_TABLES === '1')
    await writeFile(file, text.slice(0, from + begin.length) + table + text.slice(to));
  else expect(text.slice(from + begin.length, to)).toBe(table);
}
