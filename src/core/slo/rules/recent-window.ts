import { leastEvents } from '../../statistics/single-look.ts';
import type { CountSeries, WeighedCounts } from './count-series.ts';
import { type DesignEffect, effectOn } from './design-effect.ts';

/**
 * The shortest window, from a row's short one doubled up to its long one, that holds 50 events, dispersion taken out of
 * them. Fewer are no evidence, of a recovery either.
 *
 * @param widths milliseconds; without a short one the long one it is
 * @param notBefore events in buckets that start before it do not count
 */
export function recentWindow(
  { short, long }: { readonly short?: number | undefined; readonly long: number },
  series: CountSeries,
  designEffect: DesignEffect,
  now: number,
  notBefore?: number,
): WeighedCounts & { readonly width: number } {
  let width = short ?? long;
  let counts = series.window(now, width, notBefore);
  while (counts.total / effectOn(designEffect, counts) < leastEvents && width < long) {
    width = Math.min(long, 2 * width);
    counts = series.window(now, width, notBefore);
  }
  return { ...counts, width };
}
