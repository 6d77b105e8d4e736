import { largest } from '../../extremes.ts';
import { type Severity, severities } from '../../names.ts';
import { bucketWidth, day, floorTo, freezeAfter, hour, minute } from '../../time.ts';
import type { CountSeries } from '../rules/count-series.ts';
import { readNewEvents } from '../rules/read-detectors.ts';
import type { Transition } from './evaluation.ts';
import type { AlarmsState, SloState } from './state.ts';

/** Whoever was away for longer goes through what it missed. */
export const awayAfter = 15 * minute;

/** An alarm that began and ended while nobody evaluated, epoch milliseconds. */
export interface PassedAlarm {
  readonly severity: Severity;
  readonly from: number;
  readonly to: number;
  /** Why it began. */
  readonly reason: string;
}

export interface CaughtUp<State> {
  /** As the last missed tick would have left it. */
  readonly state: State | undefined;
  readonly transitions: readonly Transition[];
}

/** Buckets between missed ticks that are gone through: what is long past need not be known to five minutes. */
const stepsOf: readonly { readonly upTo: number; readonly buckets: number }[] = [
  { upTo: 2 * hour, buckets: 1 },
  { upTo: day, buckets: 3 },
  { upTo: Number.POSITIVE_INFINITY, buckets: 6 },
];

/**
 * The ticks that were missed since the last one, ascending, each at the end of a bucket: every 5 minutes of two hours, every
 * 15 of a day, every 30 of more. What lies further back than counts may still change is not gone through.
 *
 * @param coarseness times as far apart: 1, or more where many series are gone through
 */
export function findMissedTicks(last: number, now: number, coarseness = 1): number[] {
  if (now - last <= awayAfter) return [];
  const since = floorTo(Math.max(last, now - freezeAfter), bucketWidth);
  const buckets = stepsOf.find(({ upTo }) => now - since <= upTo)?.buckets ?? 1;
  const step = buckets * coarseness * bucketWidth;
  const ticks: number[] = [];
  for (let at = since + step; at < now; at += step) ticks.push(at);
  return ticks;
}

/**
 * When the last tick was that saw events, where a backlog has come in since: whole hours of which none had come while they
 * were ticked through, and that ended longer ago than {@link awayAfter}. Those ticks saw nothing, so that they may as well
 * not have been: going through them anew counts what came late in its own hour. Undefined where nothing came so late, or
 * where some of those hours' events had come in time: they are taken in as they come.
 *
 * @returns epoch milliseconds, the end of the hour in which that tick was
 */
export function findBacklog(previous: SloState, series: CountSeries, now: number): number | undefined {
  const { cursor, detectors } = previous.memory;
  const ticked = Object.values(detectors).flatMap((detector) => detector?.hour ?? []);
  if (cursor === undefined || ticked.length === 0) return undefined;
  const from = (largest(ticked) + 1) * hour;
  const to = floorTo(now - awayAfter, hour);
  if (from >= to || from >= previous.at) return undefined;
  const { total } = series.inTime(from, to);
  const { passes, fails } = readNewEvents(series, cursor, now);
  return total > 0 && passes + fails >= total ? from : undefined;
}

/**
 * A state as it was at an earlier instant, where nothing was seen since: as it is where an alarm was raised, calmed down or
 * ended after it all the same, by people's word or a release.
 */
export function rewind<State extends AlarmsState>(state: State, to: number): State {
  const { at, warnedAt = 0, rollbackFrom = 0, recoveredFrom = 0, alarms } = state;
  const instants = Object.values(alarms).flatMap((alarm) => [alarm?.raisedAt ?? 0, alarm?.belowSince ?? 0]);
  const last = largest([warnedAt, rollbackFrom, recoveredFrom, ...instants]);
  return to < at && last <= to ? { ...state, at: to } : state;
}

/**
 * Goes through the missed ticks in order, so that what happened meanwhile is taken as it came: an outage that was over by
 * then is over, instead of being mixed with what came after it. A warning that nobody saw asked no anchors: what waits for
 * them waits from the last of these ticks on.
 *
 * @param evaluate one tick, as ever
 * @param coarseness of the ticks, see {@link findMissedTicks}
 */
export function catchUp<State extends { readonly at: number; warnedAt?: number | undefined }>(
  previous: State | undefined,
  now: number,
  evaluate: (
    previous: State,
    at: number,
  ) => { readonly state: State; readonly evaluation: { readonly transitions: readonly Transition[] } },
  coarseness = 1,
): CaughtUp<State> {
  if (previous === undefined) return { state: undefined, transitions: [] };
  let state = previous;
  const transitions: Transition[] = [];
  for (const at of findMissedTicks(previous.at, now, coarseness)) {
    const outcome = evaluate(state, at);
    const { state: after } = outcome;
    state =
      after.warnedAt === undefined || previous.warnedAt !== undefined ? after : { ...after, warnedAt: at };
    transitions.push(...outcome.evaluation.transitions);
  }
  return { state, transitions };
}

/**
 * Alarms that began and ended among transitions: the most severe one of those that overlap speaks for all.
 *
 * @param histories of the whole, and of the cohorts watched as one, each in its order
 */
export function findPassedAlarms(histories: readonly (readonly Transition[])[]): PassedAlarm[] {
  const passed: PassedAlarm[] = [];
  for (const severity of severities) {
    for (const alarm of histories.flatMap((history) => pairUp(severity, history))) {
      const isTold = passed.some(({ from, to }) => alarm.from <= to && from <= alarm.to);
      if (!isTold) passed.push(alarm);
    }
  }
  return passed.toSorted((first, second) => first.from - second.from);
}

function pairUp(severity: Severity, history: readonly Transition[]): PassedAlarm[] {
  const own = history.filter((transition) => transition.severity === severity);
  return own.flatMap(({ from, to, at, reason }, index) => {
    const end = own[index + 1];
    return from === 'OK' && to === 'ALARM' && end?.to === 'OK'
      ? [{ severity, from: at, to: end.at, reason }]
      : [];
  });
}
