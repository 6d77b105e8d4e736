import { type BuiltinName, builtinNames, hidden, labelOf } from './builtin-names.ts';
import { builtinPatterns } from './builtin-patterns.ts';
import { type Finder, findAll, type Span } from './find-text.ts';
import { decodeJson, jsonNumbersOf, jsonPartsOf } from './json-parts.ts';
import { foldCharacters, viewedAt, viewOf, writtenAt } from './view.ts';

/** A pattern of the operator's own. Its name in brackets takes the place of what it finds. */
export interface CustomPattern {
  readonly name: string;
  /** A regular expression of JavaScript, read with the flag `u`. */
  readonly pattern: string;
}

/** What is taken out of a surface's texts before the judge sees them and before they are stored. */
export interface Redaction {
  readonly patterns: readonly BuiltinName[];
  readonly custom: readonly CustomPattern[];
}

export const redactNothing: Redaction = { patterns: [], custom: [] };
export const redactBuiltins: Redaction = { patterns: builtinNames, custom: [] };

interface Rule {
  readonly label: string;
  readonly finders: readonly Finder[];
  /** Whether a text may hold any of this at all. */
  readonly mayHold?: (text: string) => boolean;
}

/** Settings made ready for use. */
export interface RedactionRules {
  readonly custom: readonly Rule[];
  readonly builtin: readonly Rule[];
  /** The labels of all patterns, which are left alone. */
  readonly labels: RegExp;
}

/** The operator's own patterns come first. @throws SyntaxError for a pattern that is none */
export function compileRedaction({ patterns, custom }: Redaction): RedactionRules {
  const names = [...builtinNames, ...custom.map(({ name }) => name)];
  return {
    labels: new RegExp(names.map((name) => labelOf(name).replace(/[^\w-]/g, '\\$&')).join('|'), 'g'),
    custom: custom.map(({ name, pattern }) => ({
      label: labelOf(name),
      finders: [{ pattern: new RegExp(pattern, 'gu') }],
    })),
    builtin: builtinNames
      .filter((name) => patterns.includes(name))
      .map((name) => ({ label: labelOf(name), ...builtinPatterns[name] })),
  };
}

export interface Redacted {
  readonly text: string;
  /** Finds that were replaced. */
  readonly count: number;
}

/**
 * Replaces what the rules find by labels such as `[email]`, and changes nothing else. The built-in patterns see the text
 * as its reader does (`view.ts`); one's own see it as it is written, and of a JSON text each string by itself, without its
 * escapes. The built-in patterns change nothing the second time, and their work grows in proportion to the text.
 *
 * @param name of the text's field: it may say what the text is, as `phone` does
 */
export function redact(text: string, rules: RedactionRules, name = ''): Redacted {
  const custom = rules.custom.length === 0 ? [] : findInParts(text, rules);
  const finds = inOrder([...custom, ...findBuiltin(text, rules, custom, name)]);
  if (finds.length === 0) return { text, count: 0 };
  const isInNumber = jsonNumbersOf(text);
  let redacted = '';
  let from = 0;
  for (const { start, end, label } of finds) {
    const number = isInNumber(start, end);
    redacted += text.slice(from, number?.start ?? start) + (number === undefined ? label : `"${label}"`);
    from = number?.end ?? end;
  }
  return { text: redacted + text.slice(from), count: finds.length };
}

/** A find, in the text as it was written. */
interface Find extends Span {
  readonly label: string;
}

/** The built-in patterns look so often at most, while they find anything. */
const mostPasses = 4;

function findBuiltin(text: string, rules: RedactionRules, known: readonly Find[], name: string): Find[] {
  const before = name === '' ? '' : `${name}: `;
  const view = viewOf(before + text);
  const hiding = known.map(({ start, end }) => ({
    start: viewedAt(view, start + before.length),
    end: viewedAt(view, end + before.length),
  }));
  let seen = hide(foldCharacters(view.text), hiding);
  const all: Find[] = [];
  // What stood beside a find may look otherwise once that is hidden.
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const found = findAllOf(seen, rules.builtin, rules.labels).toSorted((a, b) => a.start - b.start);
    if (found.length === 0) break;
    all.push(...found);
    seen = hide(seen, found);
  }
  return all.flatMap(({ start, end, label }) => {
    const written = {
      start: writtenAt(view, start) - before.length,
      end: writtenAt(view, end) - before.length,
    };
    return written.start < 0 ? [] : [{ ...written, label }];
  });
}

/** What one's own patterns find: in each part of a JSON text, and of JSON inside it, else in the whole. */
function findInParts(text: string, rules: RedactionRules): Find[] {
  const parts = jsonPartsOf(text);
  if (parts === undefined) return findAllOf(text, rules.custom, rules.labels);
  return parts.flatMap((part) => {
    const view = decodeJson(text, part);
    return findInParts(view.text, rules).map(({ start, end, label }) => ({
      start: writtenAt(view, start),
      end: writtenAt(view, end),
      label,
    }));
  });
}

/** What rules find one after the other: what an earlier one has found is hidden from those that follow. */
function findAllOf(text: string, rules: readonly Rule[], labels: RegExp): Find[] {
  const finds: Find[] = [];
  let seen = text.includes('[') ? text.replace(labels, ({ length }) => hidden.repeat(length)) : text;
  for (const { label, finders, mayHold } of rules) {
    if (mayHold?.(seen) === false) continue;
    for (const finder of finders) {
      const found = [...findAll(seen, finder)];
      seen = hide(seen, found);
      for (const span of found) finds.push({ ...span, label });
    }
  }
  return finds;
}

/** @param spans in order, none overlapping another */
function hide(text: string, spans: readonly Span[]): string {
  let shown = '';
  let from = 0;
  for (const { start, end } of spans) {
    shown += text.slice(from, start) + hidden.repeat(end - start);
    from = end;
  }
  return from === 0 ? text : shown + text.slice(from);
}

/** From left to right; of those that lie in another, or over its end, only the first and longer one. */
function inOrder(finds: readonly Find[]): Find[] {
  const kept: Find[] = [];
  for (const find of finds.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || find.start >= last.end) kept.push(find);
    else if (find.end > last.end) kept[kept.length - 1] = { ...last, end: find.end };
  }
  return kept;
}
