import type { Tally } from '../../statistics/binomial.ts';
import { type RatedVerdicts, steadySharesRate } from '../../statistics/window-rate.ts';
import { dayKey, dayStart, hour, hourStart } from '../../time.ts';
import type { RatedCount, RatedCounts, RatedTimes } from './slo-calibration.ts';

/** A window's judged responses, by the judge's verdict. */
export interface JudgedWindow {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly judged: number;
  readonly judgePassed: number;
  /** Over 1 where responses are not independent. */
  readonly designEffect?: number | undefined;
}

/**
 * The rate at which people pass a window's responses, from the drawn ratings of its own time and no others: unbiased
 * whatever moved, service or judge. With its two-sided 95% interval, and how many ratings it is made of. Null where a
 * verdict that the window holds has no rating in it.
 */
export function humanRate(
  times: RatedTimes,
  window: JudgedWindow,
): { value: number; lower: number; upper: number; ratings: number } | null {
  const own = countsWithin(times, window);
  const judgeFailed = sumCounts(own.flatMap(({ failed }) => failed ?? []));
  const judgePassed = sumCounts(own.flatMap(({ passed }) => passed ?? []));
  const ratings = judgeFailed.ratings + judgePassed.ratings;
  const events = window.judged / Math.max(1, window.designEffect ?? 1);
  const passes = window.judged > 0 ? (events * window.judgePassed) / window.judged : 0;
  const rate = rateOfVerdicts({ judgeFailed, judgePassed }, { passes, events });
  return rate && { ...rate, ratings };
}

/** {@link steadySharesRate} at 95%, where a verdict that the window does not hold wants no ratings. Null where it is not computable. */
export function rateOfVerdicts(
  { judgeFailed, judgePassed }: RatedVerdicts,
  tally: Tally,
): { value: number; lower: number; upper: number } | null {
  const { passes, events } = tally;
  const rate = steadySharesRate(
    {
      judgeFailed: passes === events ? weightless : judgeFailed,
      judgePassed: passes === 0 ? weightless : judgePassed,
    },
    tally,
    0.95,
  );
  return rate.ok ? { value: rate.estimate, lower: rate.lower, upper: rate.upper } : null;
}

const weightless = { rated: 1, passed: 0.5 };

/** The newest days by the hour, older ones whole: a day of which the window holds a part counts. */
function countsWithin({ days, hours = {} }: RatedTimes, { from, to }: JudgedWindow): RatedCounts[string][] {
  const finestFrom = Object.keys(hours).sort()[0]?.slice(0, 10) ?? '9';
  const ofHours = Object.entries(hours).filter(([key]) => {
    const start = hourStart(key);
    return start + hour > from && start < to;
  });
  const ofDays = Object.entries(days).filter(
    ([key]) => key < finestFrom && key >= dayKey(from) && dayStart(key) < to,
  );
  return [...ofDays, ...ofHours].map(([, counts]) => counts);
}

/** Ratings of unlike weights are as many as have the same variance (Kish). */
function sumCounts(counts: readonly RatedCount[]): { rated: number; passed: number; ratings: number } {
  const sum = (pick: (count: RatedCount) => number) =>
    counts.reduce((total, count) => total + pick(count), 0);
  const weight = sum((count) => count.weight);
  const rated = weight === 0 ? 0 : weight ** 2 / sum((count) => count.squares);
  const passed = weight === 0 ? 0 : Math.min(rated, (rated * sum((count) => count.passedWeight)) / weight);
  return { rated, passed, ratings: sum((count) => count.rated) };
}
