import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from '#core/report/escape-html.ts';

/** Where the page serves the checkout's runbook. */
export const runbookPath = '/runbook';

/** Documents of the checkout that the page serves, each under its path. */
const documents = { [runbookPath]: 'runbook.md', '/glossary': 'glossary.md' } as const;

/**
 * Where a runbook's link leads here: to the checkout's own file, as it stands on this machine, where the link is to it.
 * Others stay as they are.
 */
export function localRunbook(link: string): string {
  const found = /\/docs\/runbook\.md(#[\w-]+)?$/.exec(link);
  return found === null ? link : `${runbookPath}${found[1] ?? ''}`;
}

/** The checkout's documents as pages, by their path; those that are not there are left out. */
export async function readDocumentPages(root: string): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const [path, file] of Object.entries(documents)) {
    const text = await readFile(join(root, 'docs', file), 'utf8').catch(() => undefined);
    if (text !== undefined) pages.set(path, documentHtml(text));
  }
  return pages;
}

/** As much of Markdown as documents are written in; every text is escaped, and no link leads but to the web or within it. */
export function documentHtml(markdown: string): string {
  const body: string[] = [];
  for (const block of blocksOf(markdown)) {
    const heading = /^(#{1,4}) (.+)$/.exec(block);
    if (heading !== null) {
      const [, marks = '#', text = ''] = heading;
      body.push(`<h${marks.length} id="${anchorOf(text)}">${inline(text)}</h${marks.length}>`);
    } else if (block.startsWith('```'))
      body.push(`<pre>${escapeHtml(block.replace(/^```\w*\n?/, '').replace(/\n?```$/, ''))}</pre>`);
    else if (block.startsWith('|')) body.push(`<pre>${escapeHtml(block)}</pre>`);
    else if (/^([-*]|\d+\.) /.test(block)) {
      const items = block.split(/\n(?=(?:[-*]|\d+\.) )/);
      body.push(
        `<ul>${items.map((item) => `<li>${inline(item.replace(/^([-*]|\d+\.) /, ''))}</li>`).join('')}</ul>`,
      );
    } else body.push(`<p>${inline(block)}</p>`);
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(/^# (.+)$/m.exec(markdown)?.[1] ?? 'Document')} · Assay</title>
<link rel="stylesheet" href="/tokens.css">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<main>
<p><a href="/">Back to the page</a></p>
${body.join('\n')}
</main>
</body>
</html>
`;
}

/** Parts between empty lines; what stands in a fence is one. */
function blocksOf(markdown: string): string[] {
  const blocks: string[] = [];
  let open: string[] = [];
  let isFenced = false;
  const close = () => {
    if (open.length > 0) blocks.push(open.join('\n'));
    open = [];
  };
  for (const line of markdown.replaceAll('\r\n', '\n').split('\n')) {
    if (line.startsWith('```')) {
      if (!isFenced) close();
      open.push(line);
      isFenced = !isFenced;
      if (!isFenced) close();
    } else if (isFenced) open.push(line);
    else if (line.trim() === '') close();
    else if (line.startsWith('#')) {
      close();
      blocks.push(line);
    } else open.push(line);
  }
  close();
  return blocks;
}

/** As GitHub makes it of a heading. */
function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-');
}

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, words: string, address: string) =>
      /^(https?:\/\/|#)/.test(address) ? `<a href="${address}" rel="noreferrer">${words}</a>` : words,
    );
}
