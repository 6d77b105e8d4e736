import { passShare, type RatedResponse } from '../agreement/rated-response.ts';
import { largest } from '../extremes.ts';
import type { RatingBatch } from '../rating/batch.ts';
import type { RatedCount, RatedCounts, RatedTimes } from '../slo/rules/slo-calibration.ts';
import { day, dayKey, floorTo, hourKey } from '../time.ts';
import type { ConfirmingCounts } from './calibration.ts';
import type { DrawnResponse } from './rated-population.ts';

/** What people said in each batch that was drawn for a warning, by the judge's score; undefined without such a batch. */
export function countConfirming({
  batches,
  responses,
  passMark,
}: {
  readonly batches: readonly RatingBatch[];
  readonly responses: readonly RatedResponse[];
  readonly passMark: number;
}): ConfirmingCounts | undefined {
  const asked = batches.filter(({ confirms }) => confirms !== undefined);
  if (asked.length === 0) return undefined;
  const byId = new Map(responses.map((response) => [response.responseId, response]));
  const countBatch = ({ responseIds }: RatingBatch) => {
    const counts: Record<number, { rated: number; failed: number }> = {};
    for (const response of responseIds.flatMap((id) => byId.get(id) ?? [])) {
      const score = response.judge?.score;
      if (score === undefined) continue;
      const { rated, failed } = counts[score] ?? { rated: 0, failed: 0 };
      counts[score] = { rated: rated + 1, failed: failed + 1 - passShare(response, passMark) };
    }
    return counts;
  };
  return Object.fromEntries(asked.map((batch) => [batch.id, countBatch(batch)]));
}

/** How many of the newest days are counted by the hour: a window of a week, and the day it begins in. */
const daysByHour = 8;

/** Drawn ratings by day, those of the newest days by hour too. */
export function countTimes(drawn: readonly DrawnResponse[], passMark: number): RatedTimes {
  const newest = largest(drawn.map(({ response }) => response.at));
  const since = floorTo(newest, day) - (daysByHour - 1) * day;
  const recent = drawn.filter(({ response }) => response.at >= since);
  return { days: countBy(dayKey, drawn, passMark), hours: countBy(hourKey, recent, passMark) };
}

function countBy(
  keyOf: (at: number) => string,
  drawn: readonly DrawnResponse[],
  passMark: number,
): RatedCounts {
  const counts: Record<string, Partial<Record<'passed' | 'failed', RatedCount>>> = {};
  for (const { response, judgeScore, humanPass, weight } of drawn) {
    const key = keyOf(response.at);
    const verdict = judgeScore >= passMark ? 'passed' : 'failed';
    counts[key] ??= {};
    const known = counts[key][verdict] ?? { rated: 0, weight: 0, squares: 0, passedWeight: 0 };
    counts[key][verdict] = {
      rated: known.rated + 1,
      weight: known.weight + weight,
      squares: known.squares + weight * weight,
      passedWeight: known.passedWeight + humanPass * weight,
    };
  }
  return counts;
}
