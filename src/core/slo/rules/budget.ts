import { burnRate } from '../../statistics/burn-rate.ts';
import { day, hour } from '../../time.ts';

/** An error budget over the SLO's window. */
export interface Budget {
  /** Bad share over the budget. */
  readonly burn: number;
  /** Share that is left; negative when overspent. */
  readonly left: number;
  /** When it will be spent at the current burn, epoch milliseconds; null where it will not, or already is. */
  readonly spentAt: number | null;
}

/** How much of the window's end tells the current burn: a thirtieth, from an hour to a day. */
export function currentWidth(window: number): number {
  return Math.min(day, Math.max(hour, window / 30));
}

/**
 * Budget of a rolling window. At a steady burn b the window's burn B goes over to b while the window moves on by its own
 * length, so the budget is spent after (1 - B) / (b - B) windows; with b <= 1 it never is.
 *
 * `budgetOf({ badShare: 0.00525, currentBadShare: 0, objective: 0.995, window, now }).left` is -0.05.
 */
export function budgetOf(input: {
  readonly badShare: number;
  /** Of {@link currentWidth}; null without events. */
  readonly currentBadShare: number | null;
  readonly objective: number;
  /** Milliseconds. */
  readonly window: number;
  readonly now: number;
}): Budget {
  const { badShare, currentBadShare, objective, window, now } = input;
  const overall = burnRate(badShare, objective);
  const burn = overall.ok ? overall.burn : Number.POSITIVE_INFINITY;
  const left = 1 - burn;
  const current = currentBadShare === null ? undefined : burnRate(currentBadShare, objective);
  const rises = current?.ok === true && current.burn > 1 && left > 0;
  return { burn, left, spentAt: rises ? now + (left * window) / (current.burn - burn) : null };
}
