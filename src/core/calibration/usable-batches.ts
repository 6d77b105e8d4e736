import { drawnAsOf, type RatedResponse } from '../agreement/rated-response.ts';
import { largest } from '../extremes.ts';
import type { RatingBatch } from '../rating/batch.ts';
import type { DrawCell } from '../rating/draw.ts';
import { day } from '../time.ts';

/** Batches whose responses are older than this, before the newest one's, no longer count: the judge's errors drift. */
const batchMemory = 60 * day;

/** The batch that was drawn last; undefined without any. */
export function newestBatch(batches: readonly RatingBatch[]): RatingBatch | undefined {
  return [...batches].sort((a, b) => b.drawnAt - a.drawnAt)[0];
}

/**
 * Batches that people have answered, as far as they have. A response that stands in several was rated for one of them, and
 * none says for which: so a batch of which no response is rated but those of batches that were answered for sure is one that
 * nobody touched. Without that a draw which happens on responses that are rated already, or whose ratings were all taken
 * back, would bring its whole time with it.
 */
export function ratedBatches(
  batches: readonly RatingBatch[],
  responses: readonly RatedResponse[],
  passMark: number,
): RatingBatch[] {
  const rated = new Set(responses.map(({ responseId }) => responseId));
  const answers = new Map(
    batches.map((batch) => [batch, batch.responseIds.filter((id) => rated.has(id))] as const),
  );
  const times = new Map<string, number>();
  for (const ids of answers.values()) for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  const explained = new Set<string>();
  const answered = new Set<RatingBatch>();
  const take = (batch: RatingBatch, ids: readonly string[]) => {
    answered.add(batch);
    for (const id of ids) explained.add(id);
  };
  for (const [batch, ids] of answers) if (ids.some((id) => times.get(id) === 1)) take(batch, ids);
  for (const [batch, ids] of [...answers].sort(([a], [b]) => a.drawnAt - b.drawnAt))
    if (ids.some((id) => !explained.has(id))) take(batch, ids);
  return batches.flatMap((batch) =>
    answered.has(batch) ? (ratedPart(batch, responses, passMark) ?? []) : [],
  );
}

/**
 * A batch as far as people have answered it: what they left unrated was as good as not drawn, so that a batch which
 * nobody touched moves neither weights nor shares. Within a verdict it is taken for chance what they left. Undefined where
 * none of it is rated.
 */
export function ratedPart(
  batch: RatingBatch,
  responses: readonly RatedResponse[],
  passMark: number,
): RatingBatch | undefined {
  const ids = new Set(batch.responseIds);
  const rated = new Map<number, number>();
  for (const response of responses) {
    const score = drawnAsOf(response)?.score;
    if (score !== undefined && ids.has(response.responseId)) rated.set(score, (rated.get(score) ?? 0) + 1);
  }
  if (rated.size === 0) return undefined;
  const answered = batch.cells.map((cell) => ({
    ...cell,
    drawn: Math.min(cell.drawn, rated.get(cell.score) ?? 0),
  }));
  const countOf = (cells: readonly DrawCell[], judgePass: boolean) =>
    cells.reduce((sum, { score, drawn }) => (score >= passMark === judgePass ? sum + drawn : sum), 0);
  const shareOf = (judgePass: boolean) => {
    const drawn = countOf(batch.cells, judgePass);
    return drawn === 0 ? 0 : countOf(answered, judgePass) / drawn;
  };
  const shares = { failed: shareOf(false), passed: shareOf(true) };
  const cells = answered.map((cell) => ({
    ...cell,
    probability: cell.probability * shares[cell.score >= passMark ? 'passed' : 'failed'],
  }));
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
