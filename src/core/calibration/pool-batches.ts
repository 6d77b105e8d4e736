import type { RatedResponse } from '../agreement/rated-response.ts';
import type { RatingBatch } from '../rating/batch.ts';
import { findDrawn, ratedPopulation } from './rated-population.ts';
import { newestBatch, ratedBatches, usableBatches } from './usable-batches.ts';

/** Batches that calibrate together, and those that would only take from them. */
export interface PooledBatches {
  readonly pooled: readonly RatingBatch[];
  readonly apart: readonly ApartBatch[];
  /** Effective ratings of the pool. */
  readonly effective: number;
}

/** A batch that is kept apart: with it the pool would be worth fewer ratings than without. */
export interface ApartBatch {
  readonly batch: string;
  readonly ratings: number;
  /** What pool and batch together would be worth, effective ratings. */
  readonly effectiveTogether: number;
}

/**
 * What a judge is held against, of all that was drawn: batches as far as people have rated them, of the last two months and of
 * the model that answers now, with the responses that this one judged.
 */
export function poolRated(
  batches: readonly RatingBatch[],
  responses: readonly RatedResponse[],
  passMark: number,
): PooledBatches & {
  readonly returnedModel: string | undefined;
  readonly sameModel: readonly RatedResponse[];
} {
  const usable = usableBatches(ratedBatches(batches, responses, passMark));
  const returnedModel = newestBatch(usable)?.returnedModel;
  const sameModel = responses.filter(
    ({ judge }) =>
      returnedModel === undefined ||
      judge?.returnedModel === undefined ||
      judge.returnedModel === returnedModel,
  );
  return { ...poolBatches(usable, sameModel, passMark), returnedModel, sameModel };
}

/**
 * Pools draws in the order in which they were drawn. One after which fewer effective ratings would stand than before
 * (twenty of many thousand responses beside two hundred of a thousand weigh so much that they alone would speak) is kept
 * apart, and of the two the better one calibrates.
 *
 * @param batches as far as they are rated
 */
export function poolBatches(
  batches: readonly RatingBatch[],
  responses: readonly RatedResponse[],
  passMark: number,
): PooledBatches {
  const worth = (pool: readonly RatingBatch[]) => countEffective(pool, responses, passMark);
  let pooled: readonly RatingBatch[] = [];
  let effective = 0;
  const apart: ApartBatch[] = [];
  for (const batch of [...batches].sort((a, b) => a.drawnAt - b.drawnAt)) {
    const together = worth([...pooled, batch]);
    if (together >= effective) {
      pooled = [...pooled, batch];
      effective = together;
      continue;
    }
    const alone = worth([batch]);
    if (alone > effective) {
      apart.push(...pooled.map((each) => describeApart(each, responses, together)));
      pooled = [batch];
      effective = alone;
    } else apart.push(describeApart(batch, responses, together));
  }
  return { pooled, apart, effective };
}

function describeApart(
  { id, responseIds }: RatingBatch,
  responses: readonly RatedResponse[],
  effectiveTogether: number,
): ApartBatch {
  const own = new Set(responseIds);
  return {
    batch: id,
    ratings: responses.filter(({ responseId }) => own.has(responseId)).length,
    effectiveTogether,
  };
}

/** Ratings of all verdicts, each verdict's as many as have the same variance. */
function countEffective(
  batches: readonly RatingBatch[],
  responses: readonly RatedResponse[],
  passMark: number,
): number {
  const drawn = findDrawn(batches, responses, passMark);
  if (drawn.length === 0) return 0;
  return ratedPopulation(batches, drawn, passMark).strata.reduce((sum, { rated }) => sum + rated, 0);
}
