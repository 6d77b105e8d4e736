import { fits, type KnownAnswer } from './known-answer.ts';
import { momentaryFaults, momentaryFaultsByStatus } from './momentary-faults.ts';
import type { ProviderFailure } from './provider-failure.ts';
import { sharedFaults, sharedFaultsByStatus } from './shared-faults.ts';
import { textFaults, tooLarge } from './text-faults.ts';

/**
 * Known answers, one row a provider and form; the first that fits counts. What no row knows is settled by history
 * (`settleRefusal`): a guess would end a thousand texts, or hold them up for one.
 */
export const knownAnswers: readonly KnownAnswer[] = [
  ...textFaults,
  ...sharedFaults,
  ...momentaryFaults,
  ...sharedFaultsByStatus,
  tooLarge,
  ...momentaryFaultsByStatus,
];

/** The first known answer that fits. */
export function findKnownAnswer(failure: ProviderFailure): KnownAnswer | undefined {
  return knownAnswers.find((answer) => fits(answer, failure));
}
