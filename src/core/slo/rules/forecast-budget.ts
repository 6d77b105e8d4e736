import { day } from '../../time.ts';
import { formatDuration, formatPercent } from '../words/format.ts';
import { budgetOf, currentWidth } from './budget.ts';
import type { CountSeries } from './count-series.ts';
import { passedShare } from './read-row.ts';
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
 * When the budget of a longer time is spent if events go on failing as of late: as an SLO's own budget is reckoned, so that
 * no two forecasts of one budget differ. Undefined where nothing has been spent.
 *
 * @param spent the row's look at that budget
 */
export function forecastBudget(
  spent: RowReading,
  series: CountSeries,
  now: number,
): BudgetForecast | undefined {
  const { width, good, total, burn } = spent.long;
  if (burn === null || burn <= 0) return undefined;
  const badShare = 1 - good / total;
  const late = series.weighed(now - currentWidth(width), now);
  const objective = 1 - badShare / burn;
  const currentBadShare = late.total > 0 ? 1 - late.good / late.total : null;
  const share = passedShare(series, width, now);
  if (share < 1) {
    // A young series: nothing leaves its budget yet.
    const left = 1 - share * burn;
    const pace = (currentBadShare ?? 0) / (1 - objective);
    return { width, left, spentIn: left <= 0 ? 0 : pace > 0 ? (left / pace) * width : null };
  }
  const { left, spentAt } = budgetOf({ badShare, currentBadShare, objective, window: width, now });
  return { width, left, spentIn: left <= 0 ? 0 : spentAt === null ? null : spentAt - now };
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
