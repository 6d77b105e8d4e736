import type { RatedResponse } from '../agreement/rated-response.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { rubricName } from '../rubric/rubric.ts';
import type { CalibrateInput, CalibrationDraft } from './calibrate.ts';
import { calibrate } from './calibrate.ts';
import type { CarriedFrom } from './calibration.ts';
import { usableBatches } from './usable-batches.ts';

/** Ratings of an earlier version or judge, and what the new judge says of the same responses. */
export interface CarriedRatings extends CarriedFrom {
  /** Of the earlier judge. */
  readonly batches: readonly RatingBatch[];
  /** Rated responses with the earlier judge's verdicts. */
  readonly responses: readonly RatedResponse[];
  /** By response id, the new judge's verdicts; those without a score are left out of the calibration. */
  readonly verdicts: ReadonlyMap<string, NonNullable<RatedResponse['judge']>>;
}

/**
 * Rated responses with the new judge's verdicts in the places of the earlier one's, whose verdicts stay what they were drawn
 * by. What the new judge has not scored is left out, as if nobody had rated it.
 */
export function carryResponses({
  responses,
  verdicts,
}: Pick<CarriedRatings, 'responses' | 'verdicts'>): RatedResponse[] {
  return responses.flatMap((response) => {
    const verdict = verdicts.get(response.responseId);
    if (verdict?.score === undefined) return [];
    const { score, probability } = response.judge ?? {};
    const drawnAs = score === undefined || probability === undefined ? undefined : { score, probability };
    // A response that the earlier judge gave no verdict of was drawn by nobody.
    return [{ ...response, judge: verdict, ...(drawnAs !== undefined && { drawnAs }) }];
  });
}

/** The new judge's calibration of carried ratings: people's word, the draw's chances as they were, and its own verdicts. */
export function calibrateCarried(
  input: Omit<CalibrateInput, 'batches' | 'responses'>,
  carried: CarriedRatings,
): CalibrationDraft {
  const { batches, rubric, fingerprint, reason } = carried;
  const responses = carryResponses(carried);
  const returnedModel = mostReturned(responses);
  const draft = calibrate({
    ...input,
    // A warning on the earlier judge's word is none on this one's.
    batches: usableBatches(batches).map(({ confirms: _, ...batch }) => ({ ...batch, returnedModel })),
    responses,
    isCarried: true,
  });
  return {
    ...draft,
    carried: { rubric: { id: rubric.id, version: rubric.version }, fingerprint, reason },
    reason: `${draft.reason}; carried from ${rubricName(rubric)}: ${reason}`,
  };
}

/**
 * Of what a version's own ratings make and what carried ones make, the calibration that counts: its own once they say
 * anything of the judge, until then the carried one that calibrates, or has most ratings.
 */
export function chooseDraft(
  own: CalibrationDraft | undefined,
  carried: readonly CalibrationDraft[],
): CalibrationDraft | undefined {
  if (own !== undefined && own.state !== 'missing') return own;
  const worth = ({ state, ratings }: CalibrationDraft) => (state === 'missing' ? ratings : 1e9 + ratings);
  const best = [...carried].sort((a, b) => worth(b) - worth(a))[0];
  if (best === undefined || own === undefined) return best ?? own;
  return worth(best) >= worth(own) && best.ratings > 0 ? best : own;
}

/** The model id that most of the verdicts came back with; undefined where none tells. */
function mostReturned(responses: readonly RatedResponse[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { judge } of responses)
    if (judge?.returnedModel !== undefined)
      counts.set(judge.returnedModel, (counts.get(judge.returnedModel) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}
