import { hasDoubledKey } from '../doubled-key.ts';
import { smallest } from '../extremes.ts';
import { fieldsOf, type JsonObject, readObject } from '../record/json-object.ts';
import { takenScores } from './answer-schema.ts';
import type { Criterion, Rubric } from './rubric.ts';

/** What the judge said of one criterion. Pass and fail criteria carry 5 and 1, so that one rule makes the overall score. */
export interface CriterionVerdict {
  readonly reason: string;
  readonly score: number;
}

export interface Verdict {
  readonly criteria: Readonly<Record<string, CriterionVerdict>>;
  /** Overall score, an integer from 1 to 5. */
  readonly score: number;
  readonly pass: boolean;
}

export type VerdictReading =
  | { readonly ok: true; readonly verdict: Verdict }
  | { readonly ok: false; readonly reason: string };

const maxReasonCharacters = 4_000;

/** No judge that keeps to its token limit writes more; anything longer is not worth parsing. */
const maxAnswerCharacters = 200_000;

/**
 * Reads the judge's answer. Strict: the whole text must be one JSON object of the rubric's schema with each name once,
 * never the first one found in it, for a judged text may hold a forged verdict.
 *
 * @param text the content of the judge's message, untrusted
 * @returns the verdict, or in words (without any of the text) why it cannot be read
 */
export function readVerdict(rubric: Rubric, text: string): VerdictReading {
  if (text.length > maxAnswerCharacters)
    return {
      ok: false,
      reason: `the judge's answer is too long to be a verdict (${text.length} characters)`,
    };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: `the judge's answer is not JSON alone (${text.length} characters)` };
  }
  // What a judge quotes without escaping it can end its reason and add a second score; the last one would count.
  if (hasDoubledKey(text)) return { ok: false, reason: "the judge's answer says one thing twice" };
  const read = readCriteria(rubric, value);
  if (typeof read === 'string')
    return {
      ok: false,
      reason: `the judge's answer does not fit the rubric's schema at "${read.slice(0, 100)}"`,
    };
  const criteria = Object.fromEntries(read);
  const score = overallScore(rubric, criteria);
  return { ok: true, verdict: { criteria, score, pass: score >= rubric.passMark } };
}

/** What is said of each criterion, or where the answer is of another form: nothing may lack, and nothing be beside it. */
function readCriteria(rubric: Rubric, value: unknown): [string, CriterionVerdict][] | string {
  const fields = readExactly(value, ['criteria']);
  if (fields === undefined) return Object.hasOwn(Object(value), 'criteria') ? '' : 'criteria';
  const answers = readExactly(
    fields.criteria,
    rubric.criteria.map(({ id }) => id),
  );
  const read: [string, CriterionVerdict][] = [];
  for (const criterion of rubric.criteria) {
    const place = `criteria.${criterion.id}`;
    if (!Object.hasOwn(Object(fields.criteria), criterion.id)) return place;
    const answer = readExactly(fieldsOf(fields.criteria)[criterion.id], ['reason', 'score']);
    if (answer === undefined) return place;
    const verdict = readCriterion(criterion, answer);
    if (typeof verdict === 'string') return `${place}.${verdict}`;
    read.push([criterion.id, verdict]);
  }
  return answers === undefined ? 'criteria' : read;
}

function readCriterion(criterion: Criterion, { reason, score }: JsonObject): CriterionVerdict | string {
  if (typeof reason !== 'string') return 'reason';
  if (!takenScores(criterion).some((taken) => taken === score)) return 'score';
  return {
    reason: reason.slice(0, maxReasonCharacters).toWellFormed(),
    score: score === 'pass' ? 5 : score === 'fail' ? 1 : Number(score),
  };
}

/** An object of these keys and no other. */
function readExactly(value: unknown, keys: readonly string[]): JsonObject | undefined {
  const object = readObject(value);
  if (object === undefined || Object.keys(object).length !== keys.length) return undefined;
  return keys.every((key) => Object.hasOwn(object, key)) ? object : undefined;
}

/**
 * Overall score, 1 to 5: the minimum of the criteria, or their weighted mean rounded half up.
 *
 * @throws RangeError where a criterion of the rubric has no score: nothing that was not said becomes a score
 */
export function overallScore(
  rubric: Rubric,
  criteria: Readonly<Record<string, { readonly score: number }>>,
): number {
  const scored = rubric.criteria.map(({ id, weight }) => {
    const score = criteria[id]?.score;
    if (score === undefined) throw new RangeError(`Wanted a score for each criterion, got none for "${id}".`);
    return { score, weight };
  });
  if (rubric.overall === 'minimum') return smallest(scored.map(({ score }) => score));
  const total = scored.reduce((sum, { weight }) => sum + weight, 0);
  const mean = scored.reduce((sum, { score, weight }) => sum + score * weight, 0) / total;
  return Math.floor(mean + 0.5 + 1e-9);
}
