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
  /** The upload that brought it; undefined of ratings from before uploads had ids. */
  readonly upload?: string | undefined;
  /** It was given before the response was judged: it counts here for an upload that said it of the judged one. */
  readonly early?: true | undefined;
  /** Where else the same was said, later: what stays of it when its upload is taken back. */
  readonly again?: readonly RatingPlace[] | undefined;
}

/** Where a rating came from. */
export type RatingPlace = Pick<Rating, 'uploadedAt' | 'line' | 'upload' | 'early'>;

/** A rater's rating of a response that counts, and those that it replaced or that came too late, oldest first. */
export interface RatingHistory {
  readonly current: Rating;
  readonly past: readonly Rating[];
}

/** What became of a rating: `older` is kept in the history and does not count. */
export type RatingOutcome = 'new' | 'replaced' | 'older' | 'unchanged';

/** A rater who changes their mind more often than this loses the oldest of it. */
const maxPast = 50;

/** Repetitions that are kept of one rater and response, for all of it lies in one item of the table. */
const maxRepeated = 200;

/**
 * Adds a rating to what is known of this rater and response. The newer one counts: by `ratedAt` where both have it,
 * else by the order of upload. A rating that was seen before, in this file or an earlier one, changes nothing but that
 * it is known to have been said again. What comes of several does not depend on the order in which they are added.
 */
export function addRating(
  known: RatingHistory | undefined,
  rating: Rating,
): { outcome: RatingOutcome; history: RatingHistory } {
  if (known === undefined) return { outcome: 'new', history: { current: rating, past: [] } };
  const all = saidRatings(known);
  const isSeen = all.some((seen) => isSame(seen, rating));
  if (isSeen && all.some((seen) => isSame(seen, rating) && isFrom(seen, rating)))
    return { outcome: 'unchanged', history: known };
  const history = historyOf([...all, rating]) ?? known;
  if (isSeen) return { outcome: 'unchanged', history };
  return { outcome: isSame(history.current, rating) ? 'replaced' : 'older', history };
}

/**
 * What is known of a rater and response without what an upload said of it: as if that had never come.
 *
 * @returns undefined where nothing is left that was said of the response as it stands here
 */
export function withoutUpload(known: RatingHistory, upload: string): RatingHistory | undefined {
  const left = saidRatings(known).filter((rating) => rating.upload !== upload);
  return left.every(({ early }) => early === true) ? undefined : historyOf(left);
}

/** What was said of a response before it was judged, for one who says it of the judged one. */
export function fromBeforeJudgement(known: RatingHistory): RatingHistory | undefined {
  return historyOf(saidRatings(known).map((rating) => ({ ...rating, early: true as const })));
}

/** Whether an upload said anything of it. */
export function isOfUpload({ current, past }: RatingHistory, upload: string): boolean {
  return [current, ...past].some(
    (rating) => rating.upload === upload || rating.again?.some((place) => place.upload === upload) === true,
  );
}

/** Every rating that was said, one for each time. */
function saidRatings({ current, past }: RatingHistory): Rating[] {
  return [...past, current].flatMap(({ again = [], ...first }) => [
    first,
    ...again.map((place) => ({ ...first, upload: undefined, early: undefined, ...place })),
  ]);
}

/** The history that ratings make, in the order of their uploads. */
function historyOf(said: readonly Rating[]): RatingHistory | undefined {
  const ordered = [...said].sort(
    (a, b) => a.uploadedAt - b.uploadedAt || compare(a.upload ?? '', b.upload ?? '') || a.line - b.line,
  );
  const [first, ...others] = ordered;
  if (first === undefined) return undefined;
  let current = first;
  let past: readonly Rating[] = [];
  let repeated = 0;
  for (const rating of others) {
    const isRepeated = [current, ...past].some((seen) => isSame(seen, rating));
    if (isRepeated && repeated >= maxRepeated) continue;
    if (isRepeated) repeated += 1;
    if (isSame(current, rating)) current = saidAgain(current, rating);
    else if (isRepeated) past = past.map((seen) => (isSame(seen, rating) ? saidAgain(seen, rating) : seen));
    else if (isNewer(rating, current)) {
      past = [...past, current].slice(-maxPast);
      current = rating;
    } else past = [...past, rating].slice(-maxPast);
  }
  return { current, past };
}

function saidAgain(rating: Rating, { uploadedAt, line, upload, early }: Rating): Rating {
  const place = {
    uploadedAt,
    line,
    ...(upload !== undefined && { upload }),
    ...(early !== undefined && { early }),
  };
  return { ...rating, again: [...(rating.again ?? []), place] };
}

/** Whether both are of one upload. A file may say the same on two lines. */
function isFrom(one: Rating, other: Rating): boolean {
  return one.upload === other.upload && one.uploadedAt === other.uploadedAt;
}

function isNewer(rating: Rating, than: Rating): boolean {
  if (rating.ratedAt !== undefined && than.ratedAt !== undefined && rating.ratedAt !== than.ratedAt)
    return rating.ratedAt > than.ratedAt;
  if (rating.uploadedAt !== than.uploadedAt) return rating.uploadedAt > than.uploadedAt;
  const order = compare(rating.upload ?? '', than.upload ?? '');
  return order === 0 ? rating.line > than.line : order > 0;
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

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
