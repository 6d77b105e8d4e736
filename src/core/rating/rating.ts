/** What a person said of one response under a rubric. */
export interface Rating {
  /** Overall score, a whole number from 1 to 5. */
  readonly score: number;
  /** By criterion id, 1 to 5; pass and fail criteria carry 5 and 1. */
  readonly criteria: Readonly<Record<string, number>>;
  readonly note?: string | undefined;
  /** Epoch milliseconds when it was given; undefined where the file does not say. */
  readonly ratedAt?: number | undefined;
  /** Epoch milliseconds when its file came in. */
  readonly uploadedAt: number;
  /** Its line in that file. */
  readonly line: number;
}

/** A rater's rating of a response that counts, and those that it replaced or that came too late, oldest first. */
export interface RatingHistory {
  readonly current: Rating;
  readonly past: readonly Rating[];
}

/** What became of a rating: `older` is kept in the history and does not count. */
export type RatingOutcome = 'new' | 'replaced' | 'older' | 'unchanged';

/** A rater who changes their mind more often than this loses the oldest of it. */
const maxPast = 50;

/**
 * Adds a rating to what is known of this rater and response. The newer one counts: by `ratedAt` where both have it,
 * else by the order of upload. A rating that was seen before, in this file or an earlier one, changes nothing.
 */
export function addRating(
  known: RatingHistory | undefined,
  rating: Rating,
): { outcome: RatingOutcome; history: RatingHistory } {
  if (known === undefined) return { outcome: 'new', history: { current: rating, past: [] } };
  if ([known.current, ...known.past].some((seen) => isSame(seen, rating)))
    return { outcome: 'unchanged', history: known };
  return isNewer(rating, known.current)
    ? {
        outcome: 'replaced',
        history: { current: rating, past: [...known.past, known.current].slice(-maxPast) },
      }
    : {
        outcome: 'older',
        history: { current: known.current, past: [...known.past, rating].slice(-maxPast) },
      };
}

function isNewer(rating: Rating, than: Rating): boolean {
  if (rating.ratedAt !== undefined && than.ratedAt !== undefined && rating.ratedAt !== than.ratedAt)
    return rating.ratedAt > than.ratedAt;
  if (rating.uploadedAt !== than.uploadedAt) return rating.uploadedAt > than.uploadedAt;
  return rating.line > than.line;
}

function isSame(one: Rating, other: Rating): boolean {
  return (
    one.score === other.score &&
    one.ratedAt === other.ratedAt &&
    (one.note ?? '') === (other.note ?? '') &&
    sameCriteria(one.criteria, other.criteria)
  );
}

function sameCriteria(one: Rating['criteria'], other: Rating['criteria']): boolean {
  const ids = Object.keys(one);
  return ids.length === Object.keys(other).length && ids.every((id) => one[id] === other[id]);
}
