import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import { addUsage } from '#core/judging/token-usage.ts';
import { combineVerdicts } from '#core/rubric/repeats.ts';
import type { Rubric } from '#core/rubric/rubric.ts';

/**
 * The judgement of a response that the judge was asked about more than once: the verdict of all askings, the cost and the tokens
 * of all together, the time of one on average. Of one asking it is that.
 *
 * @param judged at least one
 */
export function combineJudged(rubric: Rubric, judged: readonly JudgedVerdict[]): JudgedVerdict {
  const [first] = judged;
  if (first === undefined) throw new RangeError('Wanted a verdict of each asking, got none.');
  if (judged.length === 1) return first;
  const suspect = judged.find((each) => each.suspect !== undefined)?.suspect;
  return {
    ...first,
    ...combineVerdicts(rubric, judged),
    costUsd: judged.reduce((sum, { costUsd }) => sum + costUsd, 0),
    latencyMs: Math.round(judged.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / judged.length),
    usage: addUsage(judged.map(({ usage }) => usage)),
    ...(suspect !== undefined && { suspect }),
  };
}
