/** A rater whose ratings are kept and do not count, until somebody brings them back. */
export interface LeftOutRater {
  readonly raterId: string;
  /** Why, in the words of whoever left them out. */
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The ratings that count: without those of raters who are left out, whose names go into `found`. */
export async function* withoutRaters<Item extends { readonly raterId: string }>(
  ratings: AsyncIterable<Item>,
  leftOut: readonly LeftOutRater[],
  found: Set<string> = new Set(),
): AsyncGenerator<Item> {
  const names = new Set(leftOut.map(({ raterId }) => raterId));
  for await (const rating of ratings) {
    if (names.has(rating.raterId)) found.add(rating.raterId);
    else yield rating;
  }
}
