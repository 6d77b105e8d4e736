import { createRandom } from '../statistics/random.ts';

/** Responses that may be drawn: judged, with the score that the judge gave. */
export interface Candidate {
  readonly responseId: string;
  /** Epoch milliseconds of the response. */
  readonly at: number;
  /** The judge's overall score, 1 to 5. */
  readonly score: number;
  /** The chance it had of being judged, over 0 and at most 1. */
  readonly probability: number;
}

/** One score's share in a draw: every judged response of that score had the same chance. */
export interface DrawCell {
  readonly score: number;
  readonly judged: number;
  readonly drawn: number;
  /** drawn / judged */
  readonly probability: number;
}

/** What was drawn: the shares of each score, and the responses in an order that tells nothing of the judge. */
export interface Draw {
  readonly cells: readonly DrawCell[];
  readonly responseIds: readonly string[];
}

export interface DrawOptions {
  readonly count: number;
  readonly passMark: number;
  /** The same seed draws the same responses from the same candidates, in whatever order they come. */
  readonly seed: string;
}

/** Ratings that every score gets, as far as the places go. */
const leastOfScore = 10;

/**
 * Draws responses for people to rate, without replacement: half of what the judge passed and half of what it failed,
 * as far as there are so many; within each verdict 10 of each score, then by the square root of how frequent a score is.
 * So rare scores are seen, and frequent ones, on which the estimate rests, are not starved. Each response's chance is known.
 */
export function drawBatch(candidates: readonly Candidate[], { count, passMark, seed }: DrawOptions): Draw {
  const cells = new Map<number, Candidate[]>();
  for (const candidate of [...candidates].sort(byId)) {
    const cell = cells.get(candidate.score);
    if (cell === undefined) cells.set(candidate.score, [candidate]);
    else cell.push(candidate);
  }
  const scores = [...cells.keys()].sort((a, b) => a - b);
  const sizeOf = (score: number) => cells.get(score)?.length ?? 0;
  const verdicts = [scores.filter((score) => score < passMark), scores.filter((score) => score >= passMark)];
  const sizes = verdicts.map((verdict) => verdict.reduce((sum, score) => sum + sizeOf(score), 0));
  const halves = apportion(count, sizes, sizes.map(Math.sign));
  const random = createRandom(seed);
  const drawn: DrawCell[] = [];
  const responseIds: string[] = [];
  for (const [place, verdict] of verdicts.entries()) {
    const own = verdict.map(sizeOf);
    const places = apportionWithinVerdict(halves[place] ?? 0, own);
    for (const [index, score] of verdict.entries()) {
      const take = places[index] ?? 0;
      const judged = sizeOf(score);
      drawn.push({ score, judged, drawn: take, probability: take / judged });
      responseIds.push(
        ...random
          .shuffle(cells.get(score) ?? [])
          .slice(0, take)
          .map(({ responseId }) => responseId),
      );
    }
  }
  return { cells: drawn, responseIds: random.shuffle(responseIds) };
}

/** Every score gets a few, so that it is seen; the rest goes by the square root. */
function apportionWithinVerdict(places: number, sizes: readonly number[]): number[] {
  const each = Math.min(leastOfScore, Math.floor(places / Math.max(1, sizes.length)));
  const least = sizes.map((size) => Math.min(size, each));
  const left = places - least.reduce((sum, count) => sum + count, 0);
  const more = apportion(
    left,
    sizes.map((size, index) => size - (least[index] ?? 0)),
    sizes.map(Math.sqrt),
  );
  return least.map((count, index) => count + (more[index] ?? 0));
}

function byId(one: Candidate, other: Candidate): number {
  return one.responseId < other.responseId ? -1 : one.responseId > other.responseId ? 1 : 0;
}

/**
 * Shares whole places out in proportion, none getting more than it can take; what is left over goes to the others.
 * `apportion(10, [3, 100], [1, 1])` is [3, 7].
 */
export function apportion(places: number, most: readonly number[], proportions: readonly number[]): number[] {
  const given = most.map(() => 0);
  let left = Math.min(
    places,
    most.reduce((sum, each) => sum + each, 0),
  );
  while (left > 0) {
    const open = most.flatMap((each, index) =>
      (given[index] ?? 0) < each && (proportions[index] ?? 0) > 0 ? [index] : [],
    );
    const total = open.reduce((sum, index) => sum + (proportions[index] ?? 0), 0);
    if (total === 0) break;
    const wanted = open.map((index) => {
      const exact = (left * (proportions[index] ?? 0)) / total;
      return { index, exact, room: (most[index] ?? 0) - (given[index] ?? 0) };
    });
    const full = wanted.filter(({ exact, room }) => exact >= room);
    if (full.length > 0) {
      for (const { index, room } of full) {
        given[index] = (given[index] ?? 0) + room;
        left -= room;
      }
      continue;
    }
    const before = left;
    for (const { index, exact } of wanted) {
      given[index] = (given[index] ?? 0) + Math.floor(exact);
      left -= Math.floor(exact);
    }
    const byRemainder = wanted
      .map(({ index, exact }) => ({ index, rest: exact - Math.floor(exact) }))
      .sort((a, b) => b.rest - a.rest || a.index - b.index);
    for (const { index } of byRemainder.slice(0, left)) {
      given[index] = (given[index] ?? 0) + 1;
      left -= 1;
    }
    if (left === before) break;
  }
  return given;
}
