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

/** One score's part of a draw: every judged response of that score had the same chance. */
export interface DrawCell {
  readonly score: number;
  readonly judged: number;
  readonly drawn: number;
  /** The chance that each had, whatever became of the draw. */
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

/** Of what the judge failed and passed. The width of a draw of halves with 132 ratings for 200, at a true rate of .945. */
export const verdictShares = [1, 2] as const;

/**
 * Draws responses for people to rate, without replacement: a third of what the judge failed and two thirds of what it
 * passed, as far as there are so many, at random within each verdict. Each response's chance is known.
 */
export function drawBatch(candidates: readonly Candidate[], { count, passMark, seed }: DrawOptions): Draw {
  const sorted = [...candidates].sort(byId);
  const verdicts = [
    sorted.filter(({ score }) => score < passMark),
    sorted.filter(({ score }) => score >= passMark),
  ];
  const places = apportion(
    count,
    verdicts.map(({ length }) => length),
    verdictShares,
  );
  const random = createRandom(seed);
  const cells: DrawCell[] = [];
  const responseIds: string[] = [];
  for (const [place, verdict] of verdicts.entries()) {
    const take = places[place] ?? 0;
    const drawn = random.shuffle(verdict).slice(0, take);
    responseIds.push(...drawn.map(({ responseId }) => responseId));
    for (const score of [...new Set(verdict.map((each) => each.score))].sort((a, b) => a - b))
      cells.push({
        score,
        judged: verdict.filter((each) => each.score === score).length,
        drawn: drawn.filter((each) => each.score === score).length,
        probability: take / verdict.length,
      });
  }
  return { cells, responseIds: random.shuffle(responseIds) };
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
