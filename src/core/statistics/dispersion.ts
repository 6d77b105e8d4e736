import type { Tally } from './binomial.ts';
import { requirePartOf } from './checks.ts';
import { type Computed, notComputable } from './outcome.ts';

/** How much more a series varies than independent events would. */
export interface Dispersion {
  /** Variance over the binomial one, at least 1: what counts and totals are divided by. */
  factor: number;
  /** The factor and one standard error of it (from how much the hours differ in it) more, at least 1. */
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
  const upper = factor + Math.sqrt(variance / counted);
  return { ok: true, factor: Math.max(1, factor), upper: Math.max(1, upper), hours: counted };
}
