import { logNormalLowerTail } from '../statistics/normal.ts';

/** What a comparison needs of a verdict: scores by criterion, 1 to 5. */
export interface ScoredVerdict {
  readonly criteria: Readonly<Record<string, number>>;
}

export interface CriterionChange {
  readonly id: string;
  /** Mean scores, 1 to 5. */
  readonly before: number;
  readonly after: number;
  /** Chance of so large a fall if nothing had changed, corrected for how many criteria there are. */
  readonly chance: number;
  readonly fell: boolean;
}

/** Fewer verdicts than this on either side have no mean worth telling. */
const leastVerdicts = 5;

/**
 * Mean scores of each criterion before and after, the one that fell most first. Tested by Welch's z, one-sided,
 * Bonferroni-corrected; `fell` at 1%. Criteria that one side lacks are left out.
 */
export function compareCriteria(
  before: readonly ScoredVerdict[],
  after: readonly ScoredVerdict[],
  designEffect = 1,
): CriterionChange[] {
  const ids = [...new Set(after.flatMap(({ criteria }) => Object.keys(criteria)))];
  const changes = ids.flatMap((id) => {
    const first = momentsOf(before, id);
    const second = momentsOf(after, id);
    if (first.count < leastVerdicts || second.count < leastVerdicts) return [];
    const spread = designEffect * (first.variance / first.count + second.variance / second.count);
    const fall = first.mean - second.mean;
    const z = spread > 0 ? fall / Math.sqrt(spread) : fall > 0 ? 40 : 0;
    const chance = Math.min(1, ids.length * Math.exp(logNormalLowerTail(-z)));
    return [{ id, before: first.mean, after: second.mean, chance, fell: chance < 0.01 }];
  });
  return changes.toSorted((a, b) => b.before - b.after - (a.before - a.after));
}

function momentsOf(verdicts: readonly ScoredVerdict[], id: string) {
  const scores = verdicts.flatMap(({ criteria }) => criteria[id] ?? []);
  const count = scores.length;
  const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, count);
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return { count, mean, variance: count < 2 ? 0 : squares / (count - 1) };
}
