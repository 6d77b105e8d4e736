import type { WeighedCounts } from './count-series.ts';

/**
 * What counts are divided by before any test, for events are not independent: at least 1, at the usual sampling rate;
 * with what was measured of zoomed hours beside it, where that is known.
 */
export type DesignEffect = number | { readonly usual: number; readonly zoomed: ZoomedEffect };

/** The effect that hours had that were sampled at about so many times the usual rate. */
export interface ZoomedEffect {
  readonly effect: number;
  /** Over 1. */
  readonly factor: number;
}

/** The effect at the usual sampling rate. */
export function usualEffect(effect: DesignEffect): number {
  return typeof effect === 'number' ? effect : effect.usual;
}

/**
 * A week of 500 events a day shows the effect to within .1, and a factor of 10 makes ten times as much of what it missed: so
 * much it grows at least. Without, buckets of an intraclass correlation of .05 page in 4% of healthy months, with it in 1%;
 * a drop of plain data is paged some minutes later, one to .85 two hours (simulated).
 */
const leastGrowth = 0.07;

/**
 * The effect at a factor of the usual sampling rate. Where hours differ, what they vary more than chance has it grows with
 * their events: 1 + (effect - 1) x factor, and at least by .07 a factor. Zoomed hours that were measured themselves say it better.
 *
 * @param factor at least 1
 */
export function effectAtFactor(effect: DesignEffect, factor: number): number {
  if (typeof effect === 'number') return Math.max(1 + (effect - 1) * factor, 1 + leastGrowth * (factor - 1));
  const { usual, zoomed } = effect;
  if (factor >= zoomed.factor) return 1 + ((zoomed.effect - 1) * factor) / zoomed.factor;
  return usual + ((zoomed.effect - usual) * (factor - 1)) / (zoomed.factor - 1);
}

/** What these counts are divided by. */
export function effectOn(effect: DesignEffect, { zoom }: WeighedCounts): number {
  return zoom === undefined ? usualEffect(effect) : effectAtFactor(effect, zoom.factor);
}
