/** How many judged responses got each score, by score. */
export type ScoreCounts = ReadonlyMap<number, number>;

/** From this index on the scores count as distributed otherwise; the usual line of credit scoring's practice. */
export const scoreShiftThreshold = 0.25;

/** With fewer on either side chance alone moves the index. */
export const leastScores = 200;

/**
 * Population stability index of two score distributions, sum of (q - p) ln(q / p) over the scores; 0 for equal ones.
 * Undefined with fewer than {@link leastScores} on either side. A score that one side lacks counts as half a response.
 */
export function scoreShift(before: ScoreCounts, now: ScoreCounts): number | undefined {
  const total = (counts: ScoreCounts) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [was, is] = [total(before), total(now)];
  if (was < leastScores || is < leastScores) return undefined;
  let index = 0;
  for (const score of new Set([...before.keys(), ...now.keys()])) {
    const p = Math.max(0.5, before.get(score) ?? 0) / was;
    const q = Math.max(0.5, now.get(score) ?? 0) / is;
    index += (q - p) * Math.log(q / p);
  }
  return index;
}
