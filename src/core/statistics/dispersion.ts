import type { Tally } from './binomial.ts';
import { requirePartOf } from './checks.ts';
import { type Computed, notComputable } from './outcome.ts';

/** How much more a series varies than independent events would. */
export interface Dispersion {
  /** Variance over the binomial one, at least 1: what counts and totals are divided by. */
  factor: number;
  /**
   * The factor and more: of what it exceeds 1 by, x, 1.5 x^2 / (x + e), at most 4 e, with e its standard error (from how much the hours differ in it):
   * cautious where events are dispersed, and hardly where it may be by chance that they look so.
   */
  upper: number;
  /** Hours that it was measured on. */
  hours: number;
}

/** In an hour with fewer events the statistic is too coarse. */
export const leastEventsOfHour = 5;

/**
 * Dispersion of a ratio SLI, from the good events and all events of its hours: Pearson's statistic about the pooled
 * share over its degrees of freedom. Hours of fewer than 5 events are left out, also of the share.
 *
 * 0 <= passes <= events (RangeError). Not computable from fewer than two hours, nor where all passed or all failed.
 * Source: P. McCullagh and J. A. Nelder 1989, Generalized Linear Models, 4.5.2.
 * `measureDispersion([{ passes: 9, events: 10 }, { passes: 3, events: 10 }])` has a factor of 7.5, of 2 hours.
 */
export function measureDispersion(hours: readonly Tally[]): Computed<Dispersion> {
  for (const { passes, events } of hours) requirePartOf('passes', passes, events);
  let counted = 0;
  let passed = 0;
  let failed = 0;
  for (const { passes, events } of hours) {
    if (events < leastEventsOfHour) continue;
    counted += 1;
    passed += passes;
    failed += events - passes;
  }
  if (counted < 2) {
    return notComputable(
      `dispersion wants 2 hours of at least ${leastEventsOfHour} events, and there are ${counted}`,
    );
  }
  if (passed === 0 || failed === 0) return notComputable('all events are alike: nothing varies');
  const share = passed / (passed + failed);
  let statistic = 0;
  let squared = 0;
  for (const { passes, events } of hours) {
    if (events < leastEventsOfHour) continue;
    const part = (passes - events * share) ** 2 / (events * share * (1 - share));
    statistic += part;
    squared += part ** 2;
  }
  const factor = statistic / (counted - 1);
  const variance = Math.max(0, squared - 2 * factor * statistic + counted * factor ** 2) / (counted - 1);
  const error = Math.sqrt(variance / counted);
  const excess = Math.max(0, factor - 1);
  const more = excess === 0 ? 0 : Math.min((1.5 * excess ** 2) / (excess + error), 4 * error);
  return { ok: true, factor: Math.max(1, factor), upper: Math.max(1, factor + more), hours: counted };
}

/**
 * Dispersion from how much each hour differs from the next: the mean of the squared differences of their shares over what
 * chance makes of them, the largest left out, at least 1. A drop moves one difference alone, where
 * {@link measureDispersion} takes every hour after it for dispersion.
 *
 * 0 <= passes <= events, events > 0 (RangeError). Not computable from fewer than three hours, nor where all passed or all failed.
 * Source: J. von Neumann 1941, Distribution of the ratio of the mean square successive difference to the variance.
 * `differenceDispersion([{ passes: 9, events: 10 }, { passes: 3, events: 10 }, { passes: 9, events: 10 }])` has a factor of 8.57.
 */
export function differenceDispersion(hours: readonly Tally[]): Computed<{ factor: number }> {
  for (const { passes, events } of hours) {
    requirePartOf('passes', passes, events);
    if (events === 0) throw new RangeError('an hour without events has no share: leave it out');
  }
  if (hours.length < 3) return notComputable(`differences want 3 hours, and there are ${hours.length}`);
  const passed = hours.reduce((sum, { passes }) => sum + passes, 0);
  const share = passed / hours.reduce((sum, { events }) => sum + events, 0);
  if (share === 0 || share === 1) return notComputable('all events are alike: nothing varies');
  let [statistic, largest] = [0, 0];
  hours.forEach(({ passes, events }, index) => {
    const next = hours[index + 1];
    if (next === undefined) return;
    const chance = share * (1 - share) * (1 / events + 1 / next.events);
    const part = (passes / events - next.passes / next.events) ** 2 / chance;
    statistic += part;
    largest = Math.max(largest, part);
  });
  return { ok: true, factor: Math.max(1, (statistic - largest) / (hours.length - 2)) };
}
