import type { RatedResponse } from '#core/agreement/rated-response.ts';
import { frameOf, type RatingBatch } from '#core/rating/batch.ts';
import { drawBatch } from '#core/rating/draw.ts';
import { createRandom } from '#core/statistics/random.ts';
import { minute } from '#core/time.ts';

export const passMark = 4;
export const judge = {
  surface: 'chat',
  rubric: { id: 'helpfulness', version: 1 },
  fingerprint: '0123456789ab',
};
export const start = Date.parse('2026-11-03T00:00:00Z');

/** A judged response with what people would say of it. */
export interface Known {
  readonly responseId: string;
  readonly at: number;
  readonly score: number;
  readonly people: readonly number[];
  readonly probability: number;
}

/** Judged responses of a service with a true pass rate, by a judge of known errors. */
export function service(
  seed: string,
  count: number,
  { trueRate = 0.945, sensitivity = 0.93, specificity = 0.75, probability = 1 } = {},
): Known[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const good = random.chance(trueRate);
    const passed = random.chance(good ? sensitivity : 1 - specificity);
    return {
      responseId: `${seed}-${index}`,
      at: start + index * minute,
      score: passed ? 4 + random.integer(2) : 1 + random.integer(3),
      people: [good ? 4 + random.integer(2) : 1 + random.integer(3)],
      probability,
    };
  });
}

export function rated(known: readonly Known[], surface = judge.surface): RatedResponse[] {
  return known.map(({ responseId, at, score, people, probability }) => ({
    responseId,
    surface,
    at,
    ratings: people.map((given, rater) => ({ raterId: `rater-${rater}`, score: given })),
    judge: { state: 'judged', score, probability, returnedModel: undefined },
  }));
}

export function drawn(
  known: readonly Known[],
  count: number,
  { seed = 'draw', surface = judge.surface, drawnAt = start } = {},
): RatingBatch {
  return {
    ...judge,
    surface,
    id: `${surface}-${seed}`,
    returnedModel: undefined,
    from: start,
    to: Math.max(...known.map(({ at }) => at)) + minute,
    seed,
    drawnAt,
    frame: frameOf(known),
    ...drawBatch(known, { count, passMark, seed }),
  };
}

/** Only what the batches asked about. */
export function asked(known: readonly Known[], ...batches: readonly RatingBatch[]): Known[] {
  const ids = new Set(batches.flatMap(({ responseIds }) => responseIds));
  return known.filter(({ responseId }) => ids.has(responseId));
}
