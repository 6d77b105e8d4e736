import type { Rubric } from './rubric.ts';
import { type CriterionVerdict, overallScore, type Verdict } from './verdict.ts';

/** How often the judge is asked about each response under a rubric: 1 to 3. */
export function repeatsOf({ repeats = 1 }: Pick<Rubric, 'repeats'>): number {
  return repeats;
}

/** What of it stands in hashes: nothing where the judge is asked once, so that versions released before it keep theirs. */
export function hashedRepeats({ repeats = 1 }: Pick<Rubric, 'repeats'>): { readonly repeats?: number } {
  return repeats === 1 ? {} : { repeats };
}

/** What each asking gave by itself, in the order of asking. Scores from 1 to 5. */
export interface Spread {
  readonly overall: readonly number[];
  readonly criteria: Readonly<Record<string, readonly number[]>>;
}

/** The score in the middle; of an even number of scores the lower of the two. @param scores at least one */
export function medianScore(scores: readonly number[]): number {
  const sorted = scores.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/**
 * One verdict of all askings about a response: per criterion the median score with the reason of the first that gave it; the
 * overall score and the pass follow from these by the rubric's own rule.
 *
 * @param verdicts at least one
 */
export function combineVerdicts(
  rubric: Rubric,
  verdicts: readonly Verdict[],
): Verdict & { readonly spread: Spread } {
  const criteria: Record<string, CriterionVerdict> = {};
  const scores: Record<string, readonly number[]> = {};
  for (const { id } of rubric.criteria) {
    const given = verdicts.flatMap((verdict) => verdict.criteria[id] ?? []);
    const own = given.map(({ score }) => score);
    const median = medianScore(own);
    const found = given.find(({ score }) => score === median);
    if (found === undefined) continue;
    criteria[id] = found;
    scores[id] = own;
  }
  const score = overallScore(rubric, criteria);
  const spread = { overall: verdicts.map((verdict) => verdict.score), criteria: scores };
  return { criteria, score, pass: score >= rubric.passMark, spread };
}
