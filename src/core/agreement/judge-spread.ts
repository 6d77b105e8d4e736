import { largest, smallest } from '../extremes.ts';
import type { RatedResponse } from './rated-response.ts';

/** How a judge that is asked more than once agrees with itself. */
export interface JudgeSpread {
  /** Responses with more than one asking. */
  readonly responses: number;
  /** Askings of these, all together. */
  readonly askings: number;
  /** Of these the responses whose askings all have the same overall score. */
  readonly sameScore: number;
  /** Those whose askings all pass, or all fail. */
  readonly samePass: number;
  /** From the lowest to the highest overall score of a response, on average, 0 to 4. */
  readonly meanRange: number;
  readonly largestRange: number;
}

/** @returns undefined where no response was asked about more than once */
export function measureSpread(
  responses: readonly Pick<RatedResponse, 'judge'>[],
  passMark: number,
): JudgeSpread | undefined {
  const asked = responses.map(({ judge }) => judge?.alone ?? []).filter((scores) => scores.length > 1);
  if (asked.length === 0) return undefined;
  const ranges = asked.map((scores) => largest(scores) - smallest(scores));
  const passes = asked.map((scores) => new Set(scores.map((score) => score >= passMark)).size);
  return {
    responses: asked.length,
    askings: asked.reduce((sum, scores) => sum + scores.length, 0),
    sameScore: ranges.filter((range) => range === 0).length,
    samePass: passes.filter((kinds) => kinds === 1).length,
    meanRange: ranges.reduce((sum, range) => sum + range, 0) / ranges.length,
    largestRange: largest(ranges),
  };
}
