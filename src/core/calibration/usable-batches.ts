import type { RatedResponse } from '../agreement/rated-response.ts';
import { largest } from '../extremes.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { day } from '../time.ts';

/** Batches whose responses are older than this, before the newest one's, no longer count: the judge's errors drift. */
const batchMemory = 60 * day;

/** The batch that was drawn last; undefined without any. */
export function newestBatch(batches: readonly RatingBatch[]): RatingBatch | undefined {
  return [...batches].sort((a, b) => b.drawnAt - a.drawnAt)[0];
}

/**
 * A batch as far as people have answered it: what they left unrated was as good as not drawn, so that a batch which
 * nobody touched moves neither weights nor shares. Undefined where none of it is rated.
 */
export function ratedPart(batch: RatingBatch, responses: readonly RatedResponse[]): RatingBatch | undefined {
  const ids = new Set(batch.responseIds);
  const rated = new Map<number, number>();
  for (const { responseId, judge } of responses)
    if (judge?.score !== undefined && ids.has(responseId))
      rated.set(judge.score, (rated.get(judge.score) ?? 0) + 1);
  if (rated.size === 0) return undefined;
  const cells = batch.cells.map((cell) => {
    const answered = Math.min(cell.drawn, rated.get(cell.score) ?? 0);
    return { ...cell, drawn: answered, probability: answered / cell.judged };
  });
  return { ...batch, cells };
}

/** Batches of the model that answers now and of the last two months. */
export function usableBatches(batches: readonly RatingBatch[]): RatingBatch[] {
  const newest = newestBatch(batches);
  if (newest === undefined) return [];
  const end = largest(batches.map(({ to }) => to));
  return batches.filter(
    ({ returnedModel, to }) => returnedModel === newest.returnedModel && to > end - batchMemory,
  );
}
