/** A stretch of a text: from `start` up to and without `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Extent = (text: string, match: RegExpExecArray) => Span | number | undefined;

/** Finds what is to be taken out of a text. */
export interface Finder {
  /** Whether a text may hold any of this at all: looked for first, where the pattern is slow to tell. */
  readonly mayHold?: (text: string) => boolean;
  /** Global; where something may begin. */
  readonly pattern: RegExp;
  /**
   * What a match of the pattern really covers; the match itself where absent. Where it is nothing, undefined, and what
   * begins one character later may still be something, or the place from which to look on.
   */
  readonly extent?: Extent;
  /** Makes ready for a text, once for all its matches. */
  readonly prepare?: (text: string) => Extent;
}

/** Every stretch that a finder finds, from left to right, none overlapping another. */
export function* findAll(text: string, { mayHold, pattern, ...finder }: Finder): Generator<Span> {
  if (mayHold?.(text) === false) return;
  const extent = finder.prepare?.(text) ?? finder.extent;
  let from = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const found = extent === undefined ? wholeOf(match) : extent(text, match);
    if (typeof found === 'number') {
      pattern.lastIndex = Math.max(found, match.index + 1);
      continue;
    }
    const start = Math.max(from, found?.start ?? 0);
    if (found === undefined || found.end <= start) {
      pattern.lastIndex = afterCharacter(text, match.index);
      continue;
    }
    yield { start, end: found.end };
    from = found.end;
    pattern.lastIndex = from;
  }
}

export function wholeOf({ index, 0: { length } }: RegExpExecArray): Span {
  return { start: index, end: index + length };
}

/** The part that a match ends with and that its group holds; what stands before it is the sign to know it by. */
export function lastPart(_: string, { index, 0: whole, 1: part = '' }: RegExpExecArray): Span {
  const end = index + whole.length;
  return { start: end - part.length, end };
}

/** An expression that looks at whole characters steps back out of the middle of one, and would find itself again. */
function afterCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}
