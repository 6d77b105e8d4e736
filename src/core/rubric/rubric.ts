import type { Criterion, Rubric } from './rubric-schema.ts';

// Its schema stands apart: functions that read compiled rubrics start without it.
export type { Criterion, Rubric } from './rubric-schema.ts';

/** The scores an overall score can take: the category list of every agreement statistic. */
export const overallScores = [1, 2, 3, 4, 5] as const;

export function isPassFail(criterion: Criterion): boolean {
  return 'pass' in criterion.scale;
}

/** Whether a rubric as a whole knows nothing between pass and fail. */
export function isBinary({ criteria, overall }: Pick<Rubric, 'criteria' | 'overall'>): boolean {
  return criteria.every(isPassFail) && (overall === 'minimum' || criteria.length === 1);
}

/** `helpfulness@3`: how keys and people name a rubric version. */
export function rubricName(rubric: { readonly id: string; readonly version: number }): string {
  return `${rubric.id}@${rubric.version}`;
}
