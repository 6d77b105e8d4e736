import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, readDocuments, root } from '../support/documents.ts';

const documents = readDocuments();

/** Headings as GitHub links to them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Why a link leads nowhere; undefined where it leads somewhere, or out of the repository. */
function faultOf(file: string, link: string): string | undefined {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, file) : join(root, dirname(file), path);
  if (!existsSync(target)) return `${link}: no such file`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? undefined : `${link}: no such heading`;
}

describe('documents', () => {
  it.each(documents.map(({ file, text }) => [file, text]))('%s links to what exists', (file, text) => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.flatMap((link) => faultOf(file, link) ?? [])).toEqual([]);
  });

  it('are told of where they lead nowhere', () => {
    expect(faultOf('README.md', 'docs/nothing.md')).toBe('docs/nothing.md: no such file');
    expect(faultOf('docs/cost.md', 'runbook.md#nothing')).toBe('runbook.md#nothing: no such heading');
    expect(faultOf('docs/cost.md', 'runbook.md#mute-windows')).toBeUndefined();
  });

  it.each(documents.map(({ file, text }) => [file, text]))('%s shows JSON that is JSON', (_, text) => {
    for (const block of blocksOf(text, 'json')) expect(() => JSON.parse(block)).not.toThrow();
  });
});
