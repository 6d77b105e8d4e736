import { peopleVerdict, type RatedResponse } from '../agreement/rated-response.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { dayKey } from '../time.ts';
import type { Calibration, ConfirmingCounts, RatedCount } from './calibration.ts';
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
      const fails = peopleVerdict(response).score < passMark;
      counts[score] = { rated: rated + 1, failed: failed + (fails ? 1 : 0) };
    }
    return counts;
  };
  return Object.fromEntries(asked.map((batch) => [batch.id, countBatch(batch)]));
}

/** Drawn ratings by day and the judge's verdict. */
export function countDays(drawn: readonly DrawnResponse[], passMark: number): Calibration['days'] {
  const days: Record<string, Partial<Record<'passed' | 'failed', RatedCount>>> = {};
  for (const { response, judgeScore, humanPass, weight } of drawn) {
    const key = dayKey(response.at);
    const verdict = judgeScore >= passMark ? 'passed' : 'failed';
    days[key] ??= {};
    const known = days[key][verdict] ?? { rated: 0, weight: 0, squares: 0, passedWeight: 0 };
    days[key][verdict] = {
      rated: known.rated + 1,
      weight: known.weight + weight,
      squares: known.squares + weight * weight,
      passedWeight: known.passedWeight + (humanPass ? weight : 0),
    };
  }
  return days;
}
