import { day, hour } from '../../time.ts';
import { countsOf, mayHaveNoEvents } from '../definition/sli-kinds.ts';
import type { Slo } from '../definition/slo.ts';
import { formatDuration } from '../words/format.ts';
import type { CountSeries } from './count-series.ts';
import { leastBaselineDays } from './read-change.ts';

/** Silence is told from thin traffic by how many events would have been due: with 20 a gap has a chance of 2e-9. */
const eventsMissed = 20;

/** How long a gap must be before an SLO counts as unmeasured: an hour, longer where traffic is thin, a day at most. */
export function quietAfter(slo: Slo, expectedPerDay: number | undefined): number {
  if (countsOf(slo.sli) === 'ratings') return slo.window;
  const due = expectedPerDay === undefined ? hour : (eventsMissed / expectedPerDay) * day;
  return Math.min(day, Math.max(hour, due));
}

/** Why a ratio cannot be measured now; undefined where it can. Without a failover there is none to time, and all is well. */
export function findSilence(input: {
  readonly slo: Slo;
  readonly series: CountSeries;
  readonly baselineDays: number | undefined;
  readonly expectedPerDay: number | undefined;
  readonly now: number;
}): string | undefined {
  const { slo, series, baselineDays, now } = input;
  if (countsOf(slo.sli) === 'histogram' && baselineDays !== undefined && baselineDays < leastBaselineDays) {
    return `its median comes from ${baselineDays} ${baselineDays === 1 ? 'day' : 'days'} with events and needs ${leastBaselineDays}`;
  }
  if (mayHaveNoEvents(slo.sli)) return undefined;
  const width = quietAfter(slo, input.expectedPerDay);
  return series.window(now, width).total > 0 ? undefined : `no events in the last ${formatDuration(width)}`;
}
