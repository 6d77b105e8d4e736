import { type BuiltinName, builtinNames, labelOf } from './builtin-names.ts';
import { builtinPatterns, prefilterOf } from './builtin-patterns.ts';
import { type Finder, findAll } from './find-text.ts';

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
  /** A text without it holds nothing of this. */
  readonly prefilter?: RegExp;
}

/** Settings made ready for use. */
export type RedactionRules = readonly Rule[];

/** The operator's own patterns come first: they see the text as it was written. @throws SyntaxError for a pattern that is none */
export function compileRedaction({ patterns, custom }: Redaction): RedactionRules {
  const labels = [...builtinNames, ...custom.map(({ name }) => name)].map(labelOf);
  return [
    ...custom.map(({ name, pattern }) => ({
      label: labelOf(name),
      finders: [withoutLabels(new RegExp(pattern, 'gu'), labels)],
    })),
    ...builtinNames
      .filter((name) => patterns.includes(name))
      .map((name) => ({
        label: labelOf(name),
        finders: builtinPatterns[name],
        prefilter: prefilterOf(name),
      })),
  ];
}

/** A finder that leaves labels alone: a pattern for any word must not find the words in them. */
function withoutLabels(pattern: RegExp, labels: readonly string[]): Finder {
  return {
    pattern,
    extent: (text, { index, 0: found }) =>
      labels.some((label) => liesIn(text, label, index, found.length))
        ? undefined
        : { start: index, end: index + found.length },
  };
}

function liesIn(text: string, label: string, index: number, length: number): boolean {
  for (let start = index; start > index - label.length; start -= 1)
    if (index + length <= start + label.length && text.startsWith(label, start)) return true;
  return false;
}

export interface Redacted {
  readonly text: string;
  /** Finds that were replaced. */
  readonly count: number;
}

/**
 * Replaces what the rules find by labels such as `[email]`. The built-in patterns change nothing the second time, and
 * their work grows in proportion to the text.
 */
export function redact(text: string, rules: RedactionRules): Redacted {
  let current = text;
  let count = 0;
  for (const { label, finders, prefilter } of rules) {
    if (prefilter !== undefined && !prefilter.test(current)) continue;
    for (const finder of finders) {
      let from = 0;
      let kept = '';
      for (const { start, end } of findAll(current, finder)) {
        kept += current.slice(from, start) + label;
        from = end;
        count += 1;
      }
      if (from > 0) current = kept + current.slice(from);
    }
  }
  return { text: current, count };
}
