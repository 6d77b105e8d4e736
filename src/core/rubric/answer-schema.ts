import { type Criterion, isPassFail, overallScores, type Rubric } from './rubric.ts';

/** What the judge can say of a criterion's score. */
export function takenScores(criterion: Criterion): readonly (number | string)[] {
  return isPassFail(criterion) ? ['pass', 'fail'] : overallScores;
}

/**
 * The JSON Schema of the judge's answer, for strict structured output: per criterion a reason, then the score.
 *
 * @param numberEnums whether scores may stand as an enum of numbers, which some providers refuse; else as a range of integers
 */
export function answerJsonSchema({ criteria }: Rubric, numberEnums = true): Record<string, unknown> {
  const parts = criteria.map((criterion) => {
    const score = scoreSchema(criterion, numberEnums);
    return [criterion.id, strictObject({ reason: { type: 'string' }, score })] as const;
  });
  return strictObject({ criteria: strictObject(Object.fromEntries(parts)) });
}

function strictObject(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function scoreSchema(criterion: Criterion, numberEnums: boolean): Record<string, unknown> {
  if (isPassFail(criterion)) return { type: 'string', enum: takenScores(criterion) };
  return numberEnums
    ? { type: 'number', enum: takenScores(criterion) }
    : { type: 'integer', minimum: 1, maximum: 5 };
}
