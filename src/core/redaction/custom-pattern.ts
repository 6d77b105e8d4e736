import { largest } from '../extremes.ts';
import { builtinNames } from './builtin-names.ts';
import type { CustomPattern } from './redact.ts';

/** Most steps that a pattern may take at one place of a text: the ways to match times the longest of them. */
const maxSteps = 20_000;

/** How many ways there are through a piece of a pattern, and the most characters that one takes. */
interface Reach {
  readonly ways: number;
  readonly length: number;
}

/**
 * Why a pattern of the operator's cannot be used; undefined where it can. A pattern is used where the most work that it
 * can make at any place of any text is bounded, so that no text that a user writes can keep the sampler busy.
 */
export function faultOfPattern({ name, pattern }: CustomPattern): string | undefined {
  if ((builtinNames as readonly string[]).includes(name))
    return `"${name}" is the name of a built-in pattern; choose another, for its label would mean two things`;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch (error) {
    const words = String(error instanceof Error ? error.message : error)
      .split(': ')
      .at(-1);
    return `wanted a regular expression of JavaScript (flag u), got one that does not compile: ${words}`;
  }
  if (expression.test('')) return 'matches nothing at all, which is everywhere; make one part of it required';
  const reach = new PatternReader(pattern).read();
  if (!Number.isFinite(reach.ways) || !Number.isFinite(reach.length))
    return 'repeats without an end ("*", "+" or "{n,}"), and a long text could keep the sampler busy; give an upper bound such as {1,40}';
  if (reach.ways * reach.length > maxSteps)
    return `can try ${formatCount(reach.ways)} ways of up to ${formatCount(reach.length)} characters at each place of a text; wanted at most ${maxSteps} steps in all: fewer or smaller ranges in {…}, fewer alternatives in a repeated group`;
  return undefined;
}

/** Why a surface's patterns cannot be used together, each of which can; undefined where they can: every text is looked through for all. */
export function faultOfPatterns(patterns: readonly CustomPattern[]): string | undefined {
  const steps = patterns.map(({ pattern }) => {
    const { ways, length } = new PatternReader(pattern).read();
    return ways * length;
  });
  const all = steps.reduce((sum, each) => sum + each, 0);
  if (all <= maxSteps) return undefined;
  const most = patterns[steps.indexOf(largest(steps))]?.name;
  return `the ${patterns.length} patterns together can take ${formatCount(all)} steps at each place of a text; wanted at most ${maxSteps}: fewer or smaller ranges in {…}, first in "${most}"`;
}

function formatCount(count: number): string {
  return count < 1e6 ? String(count) : 'millions of';
}

/** Walks through a pattern that is known to compile with the flag `u`. */
class PatternReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): Reach {
    let ways = 0;
    let length = 0;
    for (;;) {
      const sequence = this.#readSequence();
      ways += sequence.ways;
      length = Math.max(length, sequence.length);
      if (this.#pattern[this.#at] !== '|') return { ways, length };
      this.#at += 1;
    }
  }

  #readSequence(): Reach {
    let ways = 1;
    let length = 0;
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const term = repeated(this.#readAtom(), this.#readQuantifier());
      ways *= term.ways;
      length += term.length;
    }
    return { ways, length };
  }

  #readAtom(): Reach {
    const one = { ways: 1, length: 1 };
    if (this.#match(/\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:))?/y)) {
      const inner = this.read();
      this.#at += 1;
      return inner;
    }
    // An escape, a class, or any one character.
    if (this.#match(/\\k<[^>]*>|\\[1-9]\d*/y)) return { ways: 1, length: longestBackReference };
    if (this.#match(/\\(?:[pPu]\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|[\s\S])/iuy)) return one;
    if (this.#match(/\[(?:\\[\s\S]|[^\]\\])*\]/uy)) return one;
    this.#match(/[\s\S]/uy);
    return one;
  }

  #readQuantifier(): { least: number; most: number } {
    const found = this.#match(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (found === undefined) return { least: 1, most: 1 };
    if (found.startsWith('?')) return { least: 0, most: 1 };
    const [, least = '0', comma, most = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(found) ?? [];
    if (comma === undefined) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (comma === '') return { least: Number(least), most: Number(least) };
    return { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most) };
  }

  #match(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const found = token.exec(this.#pattern)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** What a group has found is at most the pattern's own reach; counted as a long word. */
const longestBackReference = 100;

/** A term that comes `least` to `most` times: the ways of each number of times, added up. */
function repeated({ ways, length }: Reach, { least, most }: { least: number; most: number }): Reach {
  if (!Number.isFinite(most)) return { ways: most, length: most };
  const total = ways === 1 ? most - least + 1 : (ways ** (most + 1) - ways ** least) / (ways - 1);
  return { ways: Number.isNaN(total) ? Number.POSITIVE_INFINITY : total, length: length * most };
}
