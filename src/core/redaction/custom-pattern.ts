import { largest } from '../extremes.ts';
import { builtinNames } from './builtin-names.ts';
import type { CustomPattern } from './redact.ts';

/**
 * Most steps that a surface's patterns may take together at one place of a text. A step is some 8 ns of the sampler, and a full
 * batch brings it 6 million characters: it would end just before its time-out of a minute if each were of the worst text there is.
 */
const maxSteps = 1_000;

/** What a piece of a pattern can come to at one place of the worst text there is. */
interface Reach {
  /** Ways to match it. */
  readonly ways: number;
  /** Characters that are compared while all of them are tried. */
  readonly steps: number;
  /** Most characters of a match. */
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
  const steps = mostSteps(pattern);
  if (!Number.isFinite(steps))
    return 'repeats without an end ("*", "+" or "{n,}"), and a long text could keep the sampler busy; give an upper bound such as {1,40}';
  if (steps > maxSteps)
    return `can take ${formatCount(steps)} steps at each place of a text; wanted at most ${maxSteps}, and none that a text can multiply: fewer or smaller ranges in {…}, fewer alternatives in a repeated group`;
  return undefined;
}

/** Why a surface's patterns cannot be used together, each of which can; undefined where they can: every text is looked through for all. */
export function faultOfPatterns(patterns: readonly CustomPattern[]): string | undefined {
  const steps = patterns.map(({ pattern }) => mostSteps(pattern));
  const all = steps.reduce((sum, each) => sum + each, 0);
  if (all <= maxSteps) return undefined;
  const most = patterns[steps.indexOf(largest(steps))]?.name;
  return `the ${patterns.length} patterns together can take ${formatCount(all)} steps at each place of a text; wanted at most ${maxSteps}: fewer or smaller ranges in {…}, first in "${most}"`;
}

/**
 * The most characters that a pattern compares at one place of any text, however hostile: what follows a piece is tried once for each
 * way to match the piece. Infinite where it repeats without an end. Time over a whole text is at most so many steps a character.
 *
 * @param pattern that compiles with the flag `u`
 */
export function mostSteps(pattern: string): number {
  return new PatternReader(pattern).read().steps;
}

function formatCount(count: number): string {
  return count < 1e6 ? String(count) : 'millions of';
}

/** Walks through a pattern that is known to compile with the flag `u`. */
class PatternReader {
  readonly #pattern: string;
  #at = 0;
  /** The longest that a group so far can have found. */
  #longestGroup = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): Reach {
    let reach = this.#readSequence();
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1;
      const other = this.#readSequence();
      reach = {
        ways: reach.ways + other.ways,
        steps: reach.steps + other.steps,
        length: Math.max(reach.length, other.length),
      };
    }
    return reach;
  }

  #readSequence(): Reach {
    let reach: Reach = { ways: 1, steps: 0, length: 0 };
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const term = repeated(this.#readAtom(), this.#readQuantifier());
      reach = {
        ways: reach.ways * term.ways,
        steps: reach.steps + reach.ways * term.steps,
        length: reach.length + term.length,
      };
    }
    return reach;
  }

  #readAtom(): Reach {
    const group = this.#match(/\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:))?/y);
    if (group !== undefined) return this.#readGroup(group);
    // An escape, a class, or any one character.
    if (this.#match(/\\k<[^>]*>|\\[1-9]\d*/y)) {
      const length = this.#longestGroup;
      return { ways: 1, steps: Math.max(1, length), length };
    }
    if (this.#match(/\\(?:[pPu]\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|[\s\S])/iuy)) return one;
    if (this.#match(/\[(?:\\[\s\S]|[^\]\\])*\]/uy)) return one;
    this.#match(/[\s\S]/uy);
    return one;
  }

  #readGroup(opening: string): Reach {
    const inner = this.read();
    this.#at += 1;
    // What looks ahead or back is left as soon as it has found something, and is not tried another way.
    if (/^\(\?<?[=!]/.test(opening)) return { ways: 1, steps: inner.steps, length: 0 };
    if (opening === '(' || opening.startsWith('(?<'))
      this.#longestGroup = Math.max(this.#longestGroup, inner.length);
    return inner;
  }

  #readQuantifier(): { least: number; most: number } {
    const found = this.#match(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (found === undefined) return { least: 1, most: 1 };
    if (found.startsWith('?')) return { least: 0, most: 1 };
    if (found.startsWith('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
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

const one: Reach = { ways: 1, steps: 1, length: 1 };

const endless: Reach = {
  ways: Number.POSITIVE_INFINITY,
  steps: Number.POSITIVE_INFINITY,
  length: Number.POSITIVE_INFINITY,
};

/** A term that comes `least` to `most` times: the ways of each number of times, and one more try after each but the last. */
function repeated({ ways, steps, length }: Reach, { least, most }: { least: number; most: number }): Reach {
  if (!Number.isFinite(most)) return endless;
  const reach = {
    ways: waysUpTo(ways, most) - waysUpTo(ways, least - 1),
    steps: steps * waysUpTo(ways, most - 1),
    length: length * most,
  };
  return Number.isFinite(reach.steps) && Number.isFinite(reach.ways) ? reach : endless;
}

/** The sum of `ways` to the powers of 0 to `most`. */
function waysUpTo(ways: number, most: number): number {
  if (most < 0) return 0;
  return ways === 1 ? most + 1 : (ways ** (most + 1) - 1) / (ways - 1);
}
