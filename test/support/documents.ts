import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface Document {
  /** From the repository's root. */
  readonly file: string;
  readonly text: string;
}

export interface Command {
  readonly line: string;
  /** Documents that show it. */
  readonly files: readonly string[];
}

/** Everything that users and contributors read. */
export function readDocuments(): Document[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const paths = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => join('docs', name))];
  return paths.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

/** Contents of the fenced blocks of a language. */
export function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block = '']) => block,
  );
}

/** Commands of the `sh` blocks, in their order; those joined by && are taken apart. */
export function commandsOf(documents: readonly Document[]): Command[] {
  const commands = new Map<string, string[]>();
  for (const { file, text } of documents)
    for (const line of blocksOf(text, 'sh').join('\n').replaceAll('\\\n', ' ').split(/\n|&&/)) {
      const command = line.trim();
      if (command === '' || command.startsWith('#')) continue;
      const files = commands.get(command) ?? [];
      if (!files.includes(file)) files.push(file);
      commands.set(command, files);
    }
  return [...commands].map(([line, files]) => ({ line, files }));
}

/** What is said of `assay` in running text, as far as it goes: `assay why`, `npx assay redrive rejected --stack NAME`. */
export function mentionsOf(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '');
  return [...prose.matchAll(/`(?:npx )?assay ([a-z][^`]*)`/g)].map(([, rest = '']) => rest);
}

/** A command line as a shell takes it apart: blanks and single quotes; the documents use no more. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
