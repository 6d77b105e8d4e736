/** What tells that scores were given on another scale than 1 to 5. */
export interface OtherScale {
  /** Line of the first score that tells it. */
  readonly line: number;
  readonly reason: string;
}

/** So many scores outside the scale are no slip of a hand, where they are also no tiny share. */
const leastOutside = 2;
const leastOutsideShare = 0.05;

/**
 * Looks at every score of a file. A 3 of ten stars, or a 1 that means yes, reads like a score from 1 to 5; what tells
 * them apart is the scores beside it. A single score outside the scale is a slip, and is refused by itself.
 */
export class ScoreScale {
  #numbers = 0;
  #filled = 0;
  #outside = 0;
  #firstOutside: { line: number; text: string } | undefined;
  /** From 0 to 1, yes and no included. */
  #unit = 0;
  #firstUnder1: { line: number; text: string } | undefined;

  add(text: string, line: number): void {
    if (text === '') return;
    this.#filled += 1;
    const value = numberOf(text);
    if (value === undefined) return;
    this.#numbers += 1;
    if (value < 1 || value > 5) {
      this.#outside += 1;
      this.#firstOutside ??= { line, text };
    }
    if (value < 0 || value > 1) return;
    this.#unit += 1;
    if (value < 1) this.#firstUnder1 ??= { line, text };
  }

  /** Undefined where nothing tells of another scale. */
  get other(): OtherScale | undefined {
    if (this.#firstUnder1 !== undefined && this.#unit === this.#numbers)
      return describe(this.#firstUnder1, 'all its scores lie from 0 to 1');
    if (this.#firstOutside === undefined || this.#outside < leastOutside) return undefined;
    if (this.#outside < this.#filled * leastOutsideShare) return undefined;
    return describe(
      this.#firstOutside,
      `${this.#outside} of its ${this.#filled} scores lie outside of 1 to 5`,
    );
  }
}

function describe({ line, text }: { line: number; text: string }, what: string): OtherScale {
  return {
    line,
    reason: `${what} (${JSON.stringify(text.slice(0, 24))} here), so that the others mean something else too; wanted whole scores from 1 to 5, of which 5 is the best: convert the column`,
  };
}

const truths: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['yes', 1],
  ['false', 0],
  ['no', 0],
]);

/** What a cell says as a number, a percentage as such; undefined where it says none. */
function numberOf(text: string): number | undefined {
  const truth = truths.get(text.toLowerCase());
  if (truth !== undefined) return truth;
  const match = /^([+-]?\d{1,15}(?:[.,]\d{1,15})?)\s*(%?)$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '', percent = ''] = match;
  // 4% is no 4.
  return percent === '' ? Number(digits.replace(',', '.')) : Number.POSITIVE_INFINITY;
}
