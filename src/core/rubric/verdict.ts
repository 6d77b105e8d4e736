import * as z from 'zod';
import { hasDoubledKey } from '../doubled-key.ts';
import { smallest } from '../extremes.ts';
import { type Criterion, isPassFail, type Rubric } from './rubric.ts';

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

/** Schemas are made once a rubric: making one costs more than reading a hundred answers. */
const answerForms = new WeakMap<
  Rubric,
  {
    schema: ReturnType<typeof makeAnswerSchema>;
    json: Record<string, unknown>;
    withoutNumberEnums: Record<string, unknown>;
  }
>();

function answerForm(rubric: Rubric) {
  let form = answerForms.get(rubric);
  if (form === undefined) {
    const schema = makeAnswerSchema(rubric);
    form = { schema, json: jsonSchemaOf(schema), withoutNumberEnums: jsonSchemaOf(schema, rangeOfScores) };
    answerForms.set(rubric, form);
  }
  return form;
}

function jsonSchemaOf(schema: z.ZodType, override?: (part: SchemaPart) => void): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, override && { override }) as Record<string, unknown>;
  return json;
}

interface SchemaPart {
  readonly jsonSchema: { enum?: unknown; type?: unknown; minimum?: unknown; maximum?: unknown };
}

function rangeOfScores({ jsonSchema }: SchemaPart): void {
  if (jsonSchema.type !== 'number' || jsonSchema.enum === undefined) return;
  delete jsonSchema.enum;
  Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: 5 });
}

function makeAnswerSchema(rubric: Rubric) {
  const shape = Object.fromEntries(
    rubric.criteria.map((criterion) => [
      criterion.id,
      z.strictObject({ reason: z.string(), score: scoreType(criterion) }),
    ]),
  );
  return z.strictObject({ criteria: z.strictObject(shape) });
}

function scoreType(criterion: Criterion) {
  return isPassFail(criterion) ? z.literal(['pass', 'fail']) : z.literal([1, 2, 3, 4, 5]);
}

/**
 * The JSON Schema of the judge's answer, for strict structured output: per criterion a reason, then the score.
 *
 * @param numberEnums whether scores may stand as an enum of numbers, which some providers refuse; else as a range of integers
 */
export function answerJsonSchema(rubric: Rubric, numberEnums = true): Record<string, unknown> {
  const { json, withoutNumberEnums } = answerForm(rubric);
  return numberEnums ? json : withoutNumberEnums;
}

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
  const parsed = answerForm(rubric).schema.safeParse(value);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return {
      ok: false,
      reason: `the judge's answer does not fit the rubric's schema at "${path.slice(0, 100)}"`,
    };
  }
  const criteria: Record<string, CriterionVerdict> = {};
  for (const [id, answer] of Object.entries(parsed.data.criteria)) {
    const { reason, score } = answer as { reason: string; score: number | 'pass' | 'fail' };
    criteria[id] = {
      reason: reason.slice(0, maxReasonCharacters).toWellFormed(),
      score: score === 'pass' ? 5 : score === 'fail' ? 1 : score,
    };
  }
  const score = overallScore(rubric, criteria);
  return { ok: true, verdict: { criteria, score, pass: score >= rubric.passMark } };
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
