import type { Severity } from '../../names.ts';
import { makePoisson } from '../../statistics/poisson.ts';
import { createRandom } from '../../statistics/random.ts';
import { bucketsPerDay, bucketsPerHour, bucketWidth, ceilTo, day, hour } from '../../time.ts';
import { baselineDays } from '../alarms/baseline.ts';
import { longestWindow, type Slo } from '../definition/slo.ts';
import { CountSeries, thinnedBy } from '../rules/count-series.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import { watchFiring } from './watch-firing.ts';

export interface DelayInput {
  readonly slo: Slo;
  /** Events that are counted in a day, of an even day. */
  readonly eventsPerDay: number;
  /** Shares that are counted as good, before and after the change. */
  readonly passShare: { readonly before: number; readonly after: number };
  /** Taken in turn, a series each; none for an SLO that needs none or has none. */
  readonly calibrations?: readonly SloCalibration[] | undefined;
  readonly series: number;
  /** After each so many series, a severity of whose delays `isSettled` holds is watched no further. */
  readonly look: number;
  readonly isSettled: (delays: readonly number[]) => boolean;
  /** How long the change is watched, milliseconds. */
  readonly horizon: number;
  /** Where the surface may be sampled so many times as much as usual while a page is near; as usual unless given. */
  readonly zoom?: { readonly most: number } | undefined;
  readonly seed: string;
}

/** Milliseconds from the change to each series' alarm, by severity; Infinity where it did not come in time. */
export type Delays = ReadonlyMap<Severity, readonly number[]>;

/** A Monday's midnight; any will do. */
const origin = Date.UTC(2026, 0, 5);

/**
 * Quiet days before the change, milliseconds, or as many as a row looks back on: what dispersion is measured on. Where samples
 * follow what is found, the 28 days that tell what is usual.
 */
const quiet = 7 * day;

/** The end of them, hour by hour, in which the detectors come to rest. */
const watchedBefore = day;

/** Buckets that a series has room for from the start. */
const room = 3 * bucketsPerDay;

/** Buckets of 5 minutes are kept from so long before the change on, hours before. */
const fine = day;

/**
 * How long each severity takes to fire after a change, each by itself, on simulated series of independent events: a
 * Poisson number of them in each 5 minutes, after a quiet week whose last day is gone through hour by hour, with a tick each 5
 * minutes. The change comes at a midnight (UTC). A series in which the severity had fired before the change is left out of its delays.
 */
export function simulateDelays(input: DelayInput): Delays {
  const { calibrations = [], passShare, eventsPerDay, horizon, seed, zoom } = input;
  const watched = input.slo.severities.filter((severity) => input.slo.rows[severity] !== undefined);
  const delays = new Map<Severity, number[]>(watched.map((severity) => [severity, []]));
  let slo: Slo = { ...input.slo, severities: watched };
  const quietHour = makeTraffic(eventsPerDay / (day / hour), passShare.before);
  const quietBucket = makeTraffic(eventsPerDay / bucketsPerDay, passShare.before, zoom?.most);
  const changedBucket = makeTraffic(eventsPerDay / bucketsPerDay, passShare.after, zoom?.most);
  const history = zoom === undefined ? quiet : baselineDays * day;
  const change = origin + Math.max(history, ceilTo(longestWindow({ ...input.slo, window: 0 }), day));
  const end = change + horizon;
  const series = new CountSeries(change - fine, room);
  for (let index = 0; index < input.series; index += 1) {
    if (index > 0 && index % input.look === 0) {
      const left = slo.severities.filter((severity) => !input.isSettled(delays.get(severity) ?? []));
      if (left.length === 0) break;
      slo = { ...slo, severities: left };
    }
    const { uniform } = createRandom(`${seed}/${index}`);
    series.clear();
    const calibration = calibrations[index % Math.max(1, calibrations.length)];
    const watch = watchFiring({ slo, series, calibration, zoom });
    for (let at = origin; at < change; at += hour) {
      if (at < change - fine) quietHour(uniform, series, at);
      else
        for (let bucket = 0; bucket < bucketsPerHour; bucket += 1)
          quietBucket(uniform, series, at + bucket * bucketWidth, watch.factor());
      if (at >= change - watchedBefore) watch.tick(at + hour);
    }
    for (let at = change; at < end && watch.left() > 0; at += bucketWidth) {
      changedBucket(uniform, series, at, watch.factor());
      watch.tick(at + bucketWidth);
    }
    for (const [severity, found] of delays) {
      if (!slo.severities.includes(severity)) continue;
      const after = (watch.fired.get(severity) ?? Number.POSITIVE_INFINITY) - change;
      if (after > 0) found.push(after);
    }
  }
  return delays;
}

/** Adds a stretch's events to a series: good and bad ones are Poisson numbers of their own. */
function makeTraffic(mean: number, passShare: number, most = 1) {
  const drawAt = (factor: number) => ({
    goodOf: makePoisson(factor * mean * passShare),
    badOf: makePoisson(factor * mean * (1 - passShare)),
  });
  const usual = drawAt(1);
  const zoomed = most > 1 ? drawAt(most) : usual;
  return (uniform: () => number, series: CountSeries, at: number, factor = 1) => {
    const { goodOf, badOf } = factor > 1 ? zoomed : usual;
    const good = goodOf(uniform());
    const total = good + badOf(uniform());
    if (factor > 1) series.add({ at, good, total, thinned: thinnedBy({ good, total }, factor) });
    else series.add({ at, good, total });
  };
}

/** What delays tell. Milliseconds; null where so many series did not fire within the horizon, or none was left. */
export interface DelaySummary {
  readonly median: number | null;
  /** Four of five delays lie between the two. */
  readonly early: number | null;
  readonly late: number | null;
  /** Share of the series that fired within a day. */
  readonly withinDay: number;
  readonly series: number;
}

export function summarizeDelays(delays: readonly number[] = []): DelaySummary {
  const ordered = delays.toSorted((first, second) => first - second);
  const at = (share: number) => {
    const value = ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))];
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const within = delays.filter((delay) => delay <= day).length;
  return {
    median: at(0.5),
    early: at(0.1),
    late: at(0.9),
    withinDay: delays.length === 0 ? 0 : within / delays.length,
    series: delays.length,
  };
}
