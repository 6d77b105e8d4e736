/** How many judged responses got each score, by score. */
export type ScoreCounts = ReadonlyMap<number, number>;

/** 99.9% points of the chi-square distribution with 1 to 4 degrees of freedom: five scores at most. */
const rarePoints = [10.828, 13.816, 16.266, 18.467] as const;

/** With fewer on either side chance alone moves the index. */
export const leastScores = 200;

/** How the scores of two times differ. */
export interface ScoreShift {
  /** Population stability index, sum of (q - p) ln(q / p) over the scores; 0 for equal ones. */
  readonly index: number;
  /** What chance reaches in 1 of 1,000 looks at samples of these sizes. */
  readonly threshold: number;
  /** The score that moved most, and its shares of then and now. */
  readonly moved: { readonly score: number; readonly before: number; readonly now: number };
}

/**
 * Compares two score distributions. Undefined with fewer than {@link leastScores} on either side. A score that one side
 * lacks counts as half a response.
 *
 * With equal shares the index over (1/n + 1/m) is a chi-square with one degree of freedom less than there are scores
 * (B. Yurdakul 2018, "Statistical properties of population stability index"), so the threshold follows the sample sizes.
 *
 * @param designEffect what responses count for less, at least 1, as they are not independent
 */
export function scoreShift(before: ScoreCounts, now: ScoreCounts, designEffect = 1): ScoreShift | undefined {
  const total = (counts: ScoreCounts) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [was, is] = [total(before), total(now)];
  if (was < leastScores || is < leastScores) return undefined;
  let index = 0;
  let moved = { score: 0, before: 0, now: 0, by: Number.NEGATIVE_INFINITY };
  const scores = new Set([...before.keys(), ...now.keys()]);
  for (const score of scores) {
    const p = Math.max(0.5, before.get(score) ?? 0) / was;
    const q = Math.max(0.5, now.get(score) ?? 0) / is;
    const by = (q - p) * Math.log(q / p);
    index += by;
    if (by > moved.by)
      moved = { score, before: (before.get(score) ?? 0) / was, now: (now.get(score) ?? 0) / is, by };
  }
  const rare = rarePoints[Math.min(rarePoints.length, scores.size - 1) - 1] ?? 0;
  const { by: _, ...what } = moved;
  return { index, threshold: rare * designEffect * (1 / was + 1 / is), moved: what };
}
