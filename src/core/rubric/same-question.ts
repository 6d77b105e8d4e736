import { sha256 } from './content-hash.ts';
import type { Rubric } from './rubric.ts';

/** What people are asked of a response: no judge, no worked example and nothing of how a judge is asked. */
const questionParts = {
  title: ({ title }) => title,
  description: ({ description }) => description,
  // A scale whose levels stand in another order, or a weight that is written out, asks the same.
  criteria: ({ criteria }) => criteria.map(({ id, question, scale }) => ({ id, question, scale })),
  'weights of criteria': ({ criteria, overall }) =>
    overall === 'minimum' ? [] : criteria.map(({ weight }) => weight),
  'overall rule': ({ overall }) => overall,
  'pass mark': ({ passMark }) => passMark,
} satisfies Record<string, (rubric: Rubric) => unknown>;

export type QuestionPart = keyof typeof questionParts;

/** Which parts of the question differ between two versions, in words; none where both ask the same of people. */
export function changedQuestion(older: Rubric, newer: Rubric): QuestionPart[] {
  return (Object.keys(questionParts) as QuestionPart[]).filter(
    (part) => sha256(questionParts[part](older)) !== sha256(questionParts[part](newer)),
  );
}

/** Whether people who rated under the one version answered the question of the other. */
export function sameQuestion(older: Rubric, newer: Rubric): boolean {
  return older.id === newer.id && changedQuestion(older, newer).length === 0;
}

/** Whether ratings of an earlier version are of use to a later one, and why; where not, what of the question changed. */
export type Carrying =
  | { readonly carries: true; readonly reason: string }
  | { readonly carries: false; readonly changed: readonly QuestionPart[] };

/**
 * Whether the ratings of an earlier version (or of the same, under another judge) count for a later one: where the question is
 * the same, or where each version between them that asks another carries them by its author's word.
 *
 * @param rubrics every version that is known
 */
export function carryingOf(rubrics: readonly Rubric[], older: Rubric, newer: Rubric): Carrying {
  if (sameQuestion(older, newer)) return { carries: true, reason: 'the question is the same' };
  const between = rubrics
    .filter(({ id, version }) => id === newer.id && version >= older.version && version <= newer.version)
    .sort((a, b) => a.version - b.version);
  const words: string[] = [];
  for (const [place, version] of between.entries()) {
    const before = between[place - 1];
    if (before === undefined || sameQuestion(before, version)) continue;
    if (version.ratings === undefined) return { carries: false, changed: changedQuestion(older, newer) };
    words.push(version.ratings.carry);
  }
  return { carries: true, reason: words.join('; ') };
}
