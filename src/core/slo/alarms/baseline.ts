import { day } from '../../time.ts';
import type { Slo } from '../definition/slo.ts';
import type { AlarmsState } from './state.ts';

/** Days before the window that a baseline is made of; a mean of days says its own number. */
export const baselineDays = 28;

/** Start and end of a baseline, epoch milliseconds; the end is exclusive. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/**
 * The baseline of a kind of change: the days before the SLO's window. While the SLO is in alarm it stays where it was
 * when the alarm began, so that a regression never becomes its own baseline.
 */
export function baselinePeriod(slo: Slo, previous: AlarmsState | undefined, now: number): Period {
  const since = Object.values(previous?.alarms ?? {}).map((alarm) => alarm.raisedAt ?? now);
  const to = Math.min(now, ...since) - slo.window;
  const days = slo.sli.kind === 'mean-change' ? slo.sli.days : baselineDays;
  return { from: to - days * day, to };
}
