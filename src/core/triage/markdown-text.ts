import { visibleText } from './visible-text.ts';

/**
 * Untrusted text within a line of Markdown, as text and nothing else: HTML is escaped, and so is every character that
 * CommonMark, tables, mathematics, mentions or bare links could take for markup.
 */
export function plainMarkdown(text: string, width = 300): string {
  return (
    visibleText(text, width)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      // Where nothing opens a tag it closes none, and it quotes at the start alone.
      .replace(/^(\s*)>/, '$1&gt;')
      .replace(/[\\`*_{}[\]#!|~$^]/g, '\\$&')
      // Marks of a list or a heading, at the start alone.
      .replace(/^(\s*)([-+=])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
      // A mention, or an address: `helpfulness@2` is neither.
      .replace(/(?<!\w)@|@(?=[\w-]+\.)/g, '&#64;')
      .replaceAll('://', '&#58;//')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`)
  );
}

/**
 * Untrusted text as a block of code: shown as it is, never rendered. Its fence is longer than any run of backticks in it,
 * its lines are single (other control characters shown as escapes), and HTML is escaped, for renderers that forget to.
 */
export function fencedMarkdown(text: string, width = 2_000): string[] {
  const lines = visibleLines(text, width).map((line) =>
    line.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  );
  const longest = Math.max(2, ...[...lines.join('\n').matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}

function visibleLines(text: string, width: number): string[] {
  const cut = text.length > width ? `${text.slice(0, width)}…` : text;
  return cut.split(/\r\n|\n/).map((line) => visibleText(line, 4 * width));
}

/** A table; cells are untrusted. */
export function tableMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => plainMarkdown(cell)).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}
