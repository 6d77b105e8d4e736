import { day } from '../../time.ts';
import { formatDuration, formatPercent } from '../words/format.ts';
import type { CountSeries, Counts } from './count-series.ts';
import type { RowReading } from './readings.ts';

/** How a longer budget stands, and when it will be gone. */
export interface BudgetForecast {
  /** Of which time, milliseconds. */
  readonly width: number;
  /** Share of it that is left; under 0 where it is overspent. */
  readonly left: number;
  /** Milliseconds until it is spent at the pace; 0 where it is, null where that pace never spends it. */
  readonly spentIn: number | null;
}

/**
 * When the budget of a longer time is spent if events go on failing as in a window: the window moves, so that what comes takes
 * the place of the budget's first day. Undefined where nothing has been spent.
 *
 * @param spent the row's look at that budget
 * @param pace counts of the window whose rate goes on
 */
export function forecastBudget(
  spent: RowReading,
  pace: Counts,
  series: CountSeries,
  now: number,
): BudgetForecast | undefined {
  const { width, good, total, burn } = spent.long;
  if (burn === null || burn <= 0 || !(pace.total > 0)) return undefined;
  const evenShare = (1 - good / total) / burn;
  const burnOf = (counts: Counts) => (counts.total > 0 ? (1 - counts.good / counts.total) / evenShare : 0);
  const faster = burnOf(pace) - burnOf(series.between(now - width, now - width + day));
  const left = 1 - burn;
  if (left <= 0) return { width, left, spentIn: 0 };
  return { width, left, spentIn: faster > 0 ? (left / faster) * width : null };
}

/** Further than this nobody looks ahead. */
const farthest = 30 * day;

/** ` Of the budget of 7 d 31% is left; at this rate it is spent in 2.7 d, which pages.` */
export function describeForecast({ width, left, spentIn }: BudgetForecast): string {
  const budget = `the budget of ${formatDuration(width)}`;
  if (left <= 0) return ` T${budget.slice(1)} is spent, which pages once a test rules chance out.`;
  const ahead =
    spentIn === null || spentIn > farthest
      ? ''
      : `; at this rate it is spent in ${formatDuration(spentIn)}, which pages`;
  return ` Of ${budget} ${formatPercent(left)} is left${ahead}.`;
}
