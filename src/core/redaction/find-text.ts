/** A stretch of a text: from `start` up to and without `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds what is to be taken out of a text. */
export interface Finder {
  /** Global; where something may begin. */
  readonly pattern: RegExp;
  /** What a match of the pattern really covers, undefined where it is nothing; the match itself where absent. */
  readonly extent?: (text: string, match: RegExpExecArray) => Span | undefined;
}

/** Every stretch that a finder finds, from left to right, none overlapping another. */
export function* findAll(text: string, { pattern, extent }: Finder): Generator<Span> {
  let from = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const found =
      extent === undefined ? { start: match.index, end: match.index + match[0].length } : extent(text, match);
    const start = Math.max(from, found?.start ?? 0);
    if (found === undefined || found.end <= start) {
      // What begins one character later may still be one.
      pattern.lastIndex = afterCharacter(text, match.index);
      continue;
    }
    yield { start, end: found.end };
    from = found.end;
    pattern.lastIndex = from;
  }
}

/** An expression that looks at whole characters steps back out of the middle of one, and would find itself again. */
function afterCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}
