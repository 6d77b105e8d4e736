import type { Counts } from '../slo/rules/count-series.ts';
import { wilsonInterval } from '../statistics/proportion-interval.ts';
import { differenceOf } from './triage.ts';

export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Impact {
  /** Responses of the surface in the incident, judged or not. */
  readonly responses: number;
  /** Events of the SLI in it. */
  readonly counted: Counts;
  /** Share of the responses that were counted; 1 where all are. */
  readonly countedShare: number;
  /** Bad responses: exact where all are counted, else carried over from the counted ones, 95%. */
  readonly bad: Estimate;
  /** Those of them that there would not have been at the rate before, 95%. */
  readonly excess: Estimate;
  /** Part of one window's error budget that it spent; over 1 where it spent more. Null without an objective. */
  readonly budgetSpent: number | null;
}

/**
 * What an incident did. A sample is carried over to all responses by its rate: Wilson's interval for the bad ones,
 * Newcombe's of the difference for those on top.
 */
export function impactOf(input: {
  readonly counted: Counts;
  readonly before: Counts;
  readonly responses: number;
  readonly objective: number | null;
  /** Events of the SLO's window that ends with the incident. */
  readonly windowTotal: number;
}): Impact {
  const { counted, before, objective, windowTotal } = input;
  const responses = Math.max(input.responses, counted.total);
  const isWhole = counted.total >= 0.99 * responses;
  const fails = counted.total - counted.good;
  const interval = wilsonInterval({ passes: fails, events: counted.total }, 0.95);
  const drop = differenceOf(before, counted);
  const scale = isWhole ? counted.total : responses;
  const allowed = objective === null ? 0 : (1 - objective) * windowTotal;
  return {
    responses,
    counted,
    countedShare: responses === 0 ? 1 : counted.total / responses,
    bad: isWhole
      ? { value: fails, lower: fails, upper: fails }
      : {
          value: counted.total === 0 ? 0 : (scale * fails) / counted.total,
          lower: scale * interval.lower,
          upper: scale * interval.upper,
        },
    excess: {
      value: Math.max(0, scale * drop.value),
      lower: Math.max(0, scale * drop.lower),
      upper: Math.max(0, scale * drop.upper),
    },
    budgetSpent: allowed > 0 ? fails / allowed : null,
  };
}
