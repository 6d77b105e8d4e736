import { largest } from '../extremes.ts';
import { requireInnerRatio, requireRatio } from './checks.ts';
import { type Computed, notComputable } from './outcome.ts';

/** Stakes that are bet on people finding more fails than the budget allows. */
export const initialStakes = [0.5, 1, 2, 4, 8] as const;

/** Evidence of this much confirms a breach: a false confirmation has a chance of at most 1 in 100. */
export const confirmingEvidence = 100;

/** Keeps stored evidence a finite number. */
const largestEvidence = 1e100;

/** A stratum of the responses after a warning; frozen until the confirmation ends. */
export interface ConfirmationStratum {
  /** Its share of the responses that ratings are drawn from (W_s); the shares sum to 1. */
  weight: number;
  /** The chance that a drawn response is of this stratum (rho_s), above 0; the chances sum to 1. */
  drawChance: number;
  /** The share that people failed in the calibration (f_s). */
  failShare: number;
}

/** What is drawn, and the objective that it is held against. */
export interface ConfirmationDesign {
  strata: readonly ConfirmationStratum[];
  objective: number;
}

/** Evidence since the warning; plain JSON. */
export interface ConfirmationState {
  stakes: number[];
  /** Winnings of each stake, from 1. */
  products: number[];
  ratings: number;
}

/** A drawn response that a person has rated. */
export interface DrawnRating {
  /** Index of its stratum in the design. */
  stratum: number;
  failed: boolean;
}

/**
 * Unbiased sign of the fail rate from one drawn rating:
 * Z = sum of W_s f_s + (W_s / rho_s)(1 if failed, else 0, less f_s) of the stratum that was drawn.
 * RangeError for a stratum that the design lacks.
 */
export function failSignal({ strata }: ConfirmationDesign, rating: DrawnRating): number {
  const drawn = strata[rating.stratum];
  if (drawn === undefined) {
    throw new RangeError(`stratum ${rating.stratum} is not among the ${strata.length} of the design`);
  }
  const surprise = (rating.failed ? 1 : 0) - drawn.failShare;
  return expectedFails(strata) + (drawn.weight / drawn.drawChance) * surprise;
}

/**
 * Starts a confirmation at a warning. A stake that one rating could wipe out, stake x ((1 - objective) - least Z) >= 1,
 * is dropped beforehand. Not computable where every stake is dropped (draw the large strata more often).
 * Ratios as in the design's fields (RangeError).
 */
export function startConfirmation(design: ConfirmationDesign): Computed<{ state: ConfirmationState }> {
  requireDesign(design);
  const stakes = initialStakes.filter((stake) => canBet(design, stake));
  if (stakes.length === 0) {
    return notComputable('one rating could wipe out every stake: draw the strata closer to their shares');
  }
  return { ok: true, state: { stakes, products: stakes.map(() => 1), ratings: 0 } };
}

/**
 * One rating of a confirmation: each stake's product is multiplied by 1 + stake (Z - (1 - objective)). Under any drift
 * of the judge, while the true fail rate keeps within the budget, the mean of the products is expected not to grow.
 *
 * Pure. A later pool of responses may come with its own shares and chances, fixed before its draw; a stake too large
 * for it bets nothing there. Source: I. Waudby-Smith and A. Ramdas 2024, JRSS B 86 (betting), with the
 * prediction-powered signal of Zrnic and Candès 2024.
 */
export function stepConfirmation(
  design: ConfirmationDesign,
  state: ConfirmationState,
  rating: DrawnRating,
): ConfirmationState {
  const excess = failSignal(design, rating) - (1 - design.objective);
  const products = state.products.map((product, i) => {
    const stake = state.stakes[i] ?? 0;
    return canBet(design, stake) ? Math.min(largestEvidence, product * (1 + stake * excess)) : product;
  });
  return { stakes: state.stakes, products, ratings: state.ratings + 1 };
}

/** E: the mean of the products, 1 at the warning; the breach is confirmed from {@link confirmingEvidence} on. */
export function confirmationEvidence({ products }: ConfirmationState): number {
  let total = 0;
  for (const product of products) total += product;
  return total / products.length;
}

function expectedFails(strata: readonly ConfirmationStratum[]): number {
  let total = 0;
  for (const { weight, failShare } of strata) total += weight * failShare;
  return total;
}

function canBet({ strata, objective }: ConfirmationDesign, stake: number): boolean {
  const largestLoss = largest(strata.map((s) => (s.weight * s.failShare) / s.drawChance));
  return stake * (1 - objective - (expectedFails(strata) - largestLoss)) < 1;
}

function requireDesign({ strata, objective }: ConfirmationDesign): void {
  requireInnerRatio('the objective', objective);
  if (strata.length === 0) throw new RangeError('a confirmation wants at least one stratum, not none');
  let weights = 0;
  let chances = 0;
  for (const { weight, drawChance, failShare } of strata) {
    requireRatio('a stratum weight', weight);
    requireRatio('a fail share', failShare);
    if (!(drawChance > 0)) throw new RangeError(`a draw chance must be above 0, not ${drawChance}`);
    weights += weight;
    chances += drawChance;
  }
  if (Math.abs(weights - 1) > 1e-6 || Math.abs(chances - 1) > 1e-6) {
    throw new RangeError(
      `stratum weights and draw chances must each sum to 1, but sum to ${weights} and ${chances}`,
    );
  }
}
