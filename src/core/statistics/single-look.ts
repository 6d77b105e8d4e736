import { binomialLowerTail } from './binomial.ts';

/** Fewer events than this are no evidence. */
export const leastEvents = 50;

/** Significance of one look at a window: for a report or a gate, never for a row that is watched all month. */
export const singleLookAlpha = 0.01;

export interface SingleLook {
  /** Chance of so few good events or fewer at exactly the objective. */
  readonly p: number;
  /** The lesser of ln p / ln alpha and events / 50: 1 and over is a significant breach. */
  readonly pressure: number;
}

/**
 * One look at a window: exact one-sided binomial test of the objective.
 *
 * @param tally good events of all
 * @param objective share of good events wanted, 0 to 1
 * @example 176 of 200 against 0.92: p = 0.0306, no breach
 */
export function testObjective(
  tally: { readonly good: number; readonly total: number },
  objective: number,
): SingleLook {
  const { probability: p, logProbability } = binomialLowerTail(
    { passes: tally.good, events: tally.total },
    objective,
  );
  return { p, pressure: Math.min(tally.total / leastEvents, logProbability / Math.log(singleLookAlpha)) };
}
