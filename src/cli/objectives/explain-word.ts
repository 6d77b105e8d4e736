import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the glossary of the checkout says of a word: its entry as plain text; undefined where it has none.
 *
 * @param root of the project
 */
export async function explainWord(word: string, root: string): Promise<string | undefined> {
  const glossary = await readFile(join(root, 'docs', 'glossary.md'), 'utf8').catch(() => '');
  return findEntry(glossary, word);
}

/** Entries are items of a list that begin with their names in bold: `- **burn rate**, **burn**: the bad share …`. */
export function findEntry(glossary: string, word: string): string | undefined {
  const wanted = plain(word).toLowerCase();
  for (const item of glossary.replaceAll('\r\n', '\n').split(/\n(?=- |\n|#)/)) {
    const entry = /^- ((?:\*\*.+?\*\*(?:, )?)+): ([\s\S]+)$/.exec(item.trim());
    if (entry === null) continue;
    const [, names = '', text = ''] = entry;
    const own = [...names.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => plain(name));
    if (own.some((name) => name.toLowerCase() === wanted)) return `${own.join(', ')}: ${plain(text)}`;
  }
  return undefined;
}

/** Without marks of Markdown: links as their words, code and bold as they read. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .trim();
}
