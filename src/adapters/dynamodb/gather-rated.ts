import type { RatedResponse } from '#core/agreement/rated-response.ts';
import type { JudgeResult } from '#core/rating/judged-response.ts';
import type { StoredRating } from './rating-store.ts';

/**
 * Gathers a group's ratings by response, seen by each judge that gave its word on any of them.
 *
 * @returns by fingerprint; a response that this judge was not asked about is there without its word
 */
export async function gatherRated(
  ratings: AsyncIterable<StoredRating>,
): Promise<Map<string, RatedResponse[]>> {
  const responses = new Map<
    string,
    {
      at: number;
      surface: string;
      ratings: { raterId: string; score: number }[];
      judges: StoredRating['judges'];
    }
  >();
  const fingerprints = new Set<string>();
  for await (const { responseId, raterId, history, at, judges, group } of ratings) {
    const known = responses.get(responseId) ?? { at, surface: group?.surface ?? '', ratings: [], judges };
    known.ratings.push({ raterId, score: history.current.score });
    known.judges = { ...known.judges, ...judges };
    for (const fingerprint of Object.keys(judges)) fingerprints.add(fingerprint);
    responses.set(responseId, known);
  }
  return new Map(
    [...fingerprints].map((fingerprint) => [
      fingerprint,
      [...responses].map(([responseId, { at, surface, ratings, judges }]) => ({
        responseId,
        surface,
        at,
        ratings,
        judge: pickResult(judges[fingerprint]),
      })),
    ]),
  );
}

function pickResult(result: JudgeResult | undefined): RatedResponse['judge'] {
  if (result === undefined) return undefined;
  const { state, score, probability, returnedModel, alone } = result;
  return { state, score, probability, returnedModel, ...(alone !== undefined && { alone }) };
}
