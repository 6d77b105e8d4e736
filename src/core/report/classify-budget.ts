import { leastEvents, singleLookAlpha, testObjective } from '../statistics/single-look.ts';
import type { SloReading } from './slo-reading.ts';

/** How an error budget stands at one look. `perhaps`: it is spent, though chance alone may have spent it. */
export type BudgetState = 'kept' | 'perhaps' | 'spent' | 'untold';

/**
 * Whether an SLO's budget is really spent. Rates that need no calibration: the exact binomial test of the objective,
 * looked at once (alpha .01), on 50 events or more. Calibrated rates: the upper end of their 95% interval lies under
 * the objective. A change has no budget and nothing to tell.
 */
export function classifyBudget(
  { raw, calibrated, budgetLeft }: Pick<SloReading, 'raw' | 'calibrated' | 'budgetLeft'>,
  objective: number | null,
): BudgetState {
  if (objective === null || budgetLeft === null) return 'untold';
  if (budgetLeft > 0) return 'kept';
  if (raw.total < leastEvents) return 'perhaps';
  if (calibrated !== null) return calibrated.upper < objective ? 'spent' : 'perhaps';
  return testObjective(raw, objective).p <= singleLookAlpha ? 'spent' : 'perhaps';
}
