import { hidden } from './builtin-names.ts';
import { contextBefore } from './context.ts';
import type { Finder, Span } from './find-text.ts';

/** Characters before the "@" of an address, RFC 5321. */
const maxLocalCharacters = 64;

const nameCharacter = /[\p{L}\p{N}\p{M}._%+'*~^!$#-]/u;
const nameBegins = /[\p{L}\p{N}_+]/u;

/** Endings of file names that are no top-level domain: `icon@2x.png` is nobody's address. */
const fileEnding =
  /\.(?:png|jpe?g|gif|webp|svg|css|jsx?|tsx|mjs|cjs|json|html?|txt|xml|ya?ml|toml|lock|exe|dll|jar|class|csv|pdf|docx?|xlsx?|tar|gz|tgz|whl|gem|env)$/i;

/** Names under which programs log in to servers of code, where nobody reads mail. */
const loginNames = new Set(['git', 'hg', 'svn']);

/** An address by its "@" and domain: the name before it is read backwards, so that no long word is read again and again. */
function emailExtent(text: string, match: RegExpExecArray): Span | undefined {
  const end = match.index + match[0].length;
  if (fileEnding.test(match[0])) return undefined;
  const quoted = text[match.index - 1] === '"';
  const start = quoted ? quotedStart(text, match.index) : nameStart(text, match.index);
  if (start === undefined) return undefined;
  const name = text.slice(start, match.index).toLowerCase();
  // A login on a server, with a path on it: `git@github.com:owner/repo.git`, `deploy@web.example.com:/srv`.
  if (loginNames.has(name) || /^:[~/]/.test(text.slice(end, end + 2))) return undefined;
  return { start, end };
}

function nameStart(text: string, at: number): number | undefined {
  const first = Math.max(0, at - maxLocalCharacters);
  let start = at;
  while (start > first && nameCharacter.test(text[start - 1] ?? '')) start -= 1;
  // Quotes and signs around an address are not of it.
  while (start < at && !nameBegins.test(text[start] ?? '')) start += 1;
  return start === at ? undefined : start;
}

/** Of `"Ann Lee"@example.com`: where its quotes open. */
function quotedStart(text: string, at: number): number | undefined {
  const start = text.lastIndexOf('"', at - 2);
  if (start === -1 || at - start > maxLocalCharacters) return undefined;
  return /^[^\n"{}[\],:=\ue000]+$/.test(text.slice(start + 1, at - 1)) ? start : undefined;
}

/** An address whose "@" is written out: `ann (at) example (dot) com`. */
function spelledExtent(text: string, match: RegExpExecArray): Span | undefined {
  let at = match.index;
  while (at > match.index - 3 && text[at - 1] === ' ') at -= 1;
  const start = nameStart(text, at);
  return start === undefined ? undefined : { start, end: match.index + match[0].length };
}

const mailWord = /mail|contact|reach|write|courriel|correo|schreib|kontakt|adresse/i;

/** Of `ann @ example.com`, which may also be a place to meet at. */
function spacedExtent(text: string, match: RegExpExecArray): Span | undefined {
  return mailWord.test(contextBefore(text, match.index)) ? spelledExtent(text, match) : undefined;
}

const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}-]{0,61}[\\p{L}\\p{N}\\p{M}])?';
const topLevel = '(?:xn--[a-z0-9-]{2,59}|[\\p{L}\\p{M}]{2,63})';
const commonTopLevel =
  '(?:com|org|net|edu|gov|info|io|dev|app|ai|co|example|eu|de|at|ch|uk|fr|es|it|nl|be|pl|se|in|br|jp|cn|us|ca|au|ru)';
const ends = `(?![\\p{L}\\p{N}${hidden}])`;
const at = '(?:\\(at\\)|\\[at\\]|\\{at\\}|<at>|\\(@\\)|\\[@\\]|\\(a\\))';
const dot = '\\s{0,3}(?:\\(dot\\)|\\[dot\\]|\\{dot\\}|<dot>|\\[\\.\\]|\\(\\.\\)|\\(punkt\\)|\\.)\\s{0,3}';
const dotWord = ' (?:dot|punkt|point|punto|ponto) ';

export const emailFinders: readonly Finder[] = [
  {
    pattern: new RegExp(
      `@(?:${label}(?:\\.|\\[\\.\\]|\\(\\.\\)|[[(]dot[\\])])){1,16}${topLevel}${ends}`,
      'giu',
    ),
    extent: emailExtent,
  },
  // A server by its address, as in root@[192.0.2.1]: somebody's mail, whoever's address it is.
  {
    pattern: /@\[(?:IPv6:[\da-f:.]{2,45}|\d{1,3}(?:\.\d{1,3}){3})\]/gi,
    extent: emailExtent,
  },
  {
    pattern: new RegExp(`${at}\\s{0,3}${label}(?:${dot}${label}){1,5}${ends}`, 'giu'),
    extent: spelledExtent,
  },
  {
    pattern: new RegExp(
      `(?<= )at ${label}(?:${dotWord}${label}){0,3}${dotWord}${commonTopLevel}${ends}`,
      'giu',
    ),
    extent: spelledExtent,
  },
  {
    pattern: new RegExp(`(?<= )@ (?:${label} ?\\. ?){1,4}${commonTopLevel}${ends}`, 'giu'),
    extent: spacedExtent,
  },
];

export function mayHoldEmail(text: string): boolean {
  return (
    text.includes('@') ||
    /[([{<][aA][tT]?[)\]}>]/.test(text) ||
    / (?:dot|DOT|punkt|point|punto|ponto) /.test(text)
  );
}
