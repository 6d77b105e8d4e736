import { leastSlope } from '#core/calibration/calibration-state.ts';
import type { Severity } from '#core/names.ts';
import { type CaughtUp, catchUp, findBacklog, rewind } from '#core/slo/alarms/catch-up.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import type { SloState } from '#core/slo/alarms/state.ts';
import { knownRateSlo } from '#core/slo/definition/known-rate.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { assumedJudge, drawCalibrations } from '#core/slo/replay/assumed-calibration.ts';
import { watchFiring } from '#core/slo/replay/watch-firing.ts';
import { CountSeries } from '#core/slo/rules/count-series.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketsPerDay, bucketsPerHour, bucketWidth, hour } from '#core/time.ts';
import { bucketStart, dayOf, historyDays, type PatternWorld } from './patterns.ts';
import { peers } from './peers.ts';
import { healthyRate, objective } from './series.ts';

/** Who watches, and how it is called. */
export const watchers = [
  { id: 'ticket', label: 'Assay: ticket' },
  { id: 'page', label: 'Assay: page' },
  { id: 'judge-ticket', label: 'Assay on a judge: ticket' },
  { id: 'judge-page', label: 'Assay on a judge: page' },
  ...peers.map(({ id, label }) => ({ id, label })),
] as const;

const severities: readonly Severity[] = ['page', 'ticket'];
const known: Slo = { ...knownRateSlo({ id: 'known', surface: 'bench' }, objective).slo, severities };
const judged: Slo = { ...known, sli: { kind: 'judge-pass' }, calibration: 'required' };
const calibrations = drawCalibrations(
  { judge: assumedJudge, ratings: 200, passShare: healthyRate },
  64,
  leastSlope,
);

/** Assay's days of history are gone through hour by hour from here on. */
const watchedFrom = (historyDays - 3) * bucketsPerDay;
const begins = historyDays * bucketsPerDay;

/** When each watcher first raises its alarm, days after the history; Infinity where it does not. */
export function watchWorld(world: PatternWorld, number: number, seed: string): Record<string, number> {
  const calibration = calibrations[number % calibrations.length];
  const seen = seeByJudge(world, seed);
  const found: Record<string, number> = Object.fromEntries(
    watchers.map(({ id }) => [id, Number.POSITIVE_INFINITY]),
  );
  const watch = world.pattern.late === undefined ? watchOnTime : watchLate;
  for (const [severity, at] of watch(known, world, undefined)) found[severity] = at;
  for (const [severity, at] of watch(judged, seen, calibration)) found[`judge-${severity}`] = at;
  const running = peers.map(({ id, watch }) => ({
    id,
    isOn: watch(world.perDay, `${seed}/${number}/${id}`),
  }));
  const series = new CountSeries(Number.NEGATIVE_INFINITY, world.total.length);
  for (let index = 0; index < world.total.length; index += 1) {
    const fresh = arrive(world, series, index);
    const now = bucketStart(index) + bucketWidth;
    for (const { id, isOn } of running) {
      if (isOn(fresh, series, now, index) && index >= begins && found[id] === Number.POSITIVE_INFINITY)
        found[id] = dayOf(now);
    }
  }
  return found;
}

/** The same responses, as the judge of the statistics page passes them. */
export function seeByJudge(world: PatternWorld, seed: string): PatternWorld {
  const random = createRandom(`${seed}/judge`);
  const { sensitivity, specificity } = assumedJudge;
  const good = world.good.map((count, index) => {
    const bad = (world.total[index] ?? 0) - count;
    return random.binomial(count, sensitivity) + random.binomial(bad, 1 - specificity);
  });
  return { ...world, good };
}

/** Adds what comes in within a bucket, its own events or late ones of many. */
export function arrive(
  world: PatternWorld,
  series: CountSeries,
  index: number,
): { good: number; total: number } {
  const from = world.pattern.late === undefined ? index : firstArriving(world, index);
  let good = 0;
  let total = 0;
  for (let each = from; each <= index; each += 1) {
    const bucket = { good: world.good[each] ?? 0, total: world.total[each] ?? 0 };
    series.add({ at: bucketStart(each), ...bucket });
    good += bucket.good;
    total += bucket.total;
  }
  return { good, total };
}

/** The first bucket that comes in with this one; the one after it where nothing does. */
function firstArriving({ pattern }: PatternWorld, index: number): number {
  const { late } = pattern;
  if (late === undefined) return index;
  const first = (historyDays + late.from) * bucketsPerDay;
  const last = (historyDays + late.to) * bucketsPerDay;
  if (index < first || index > last) return index;
  return index === last ? first : index + 1;
}

export type Firings = Iterable<readonly [Severity, number]>;

/** The first firings, as the deployed evaluation has them, by the fast way of `assay explain`. */
export function watchOnTime(slo: Slo, world: PatternWorld, calibration: SloCalibration | undefined): Firings {
  const series = new CountSeries(Number.NEGATIVE_INFINITY, world.total.length);
  const watch = watchFiring({ slo, series, calibration });
  for (let index = 0; index < world.total.length && watch.left() > 0; index += 1) {
    arrive(world, series, index);
    if (isTick(index)) watch.tick(bucketStart(index) + bucketWidth);
  }
  return [...watch.fired].map(([severity, at]) => [severity, dayOf(at)] as const);
}

function isTick(index: number): boolean {
  return index >= watchedFrom && (index >= begins || (index + 1) % bucketsPerHour === 0);
}

/** Events that come late are the evaluator's own matter: hour by hour until they come, and then in their order as it has them. */
function watchLate(slo: Slo, world: PatternWorld, calibration: SloCalibration | undefined): Firings {
  const series = new CountSeries(Number.NEGATIVE_INFINITY, world.total.length);
  const fired = new Map<Severity, number>();
  const { late = { from: 0, to: 0 } } = world.pattern;
  let previous: SloState | undefined;
  for (let index = 0; index < world.total.length; index += 1) {
    arrive(world, series, index);
    const now = bucketStart(index) + bucketWidth;
    const isNear = dayOf(now) >= late.from && dayOf(now) < late.to + 2;
    if (index < watchedFrom || (!isNear && now % hour !== 0)) continue;
    const measurement = { kind: 'counts', series } as const;
    const evaluate = (before: SloState | undefined, at: number) =>
      evaluateSlo({ slo, measurement, calibration, previous: before, now: at });
    const backlog = previous && findBacklog(previous, series, now);
    const missed: CaughtUp<SloState> =
      previous === undefined || backlog === undefined
        ? { state: previous, transitions: [] }
        : catchUp(rewind(previous, backlog), now, evaluate);
    const { state, evaluation } = evaluate(missed.state, now);
    previous = state;
    for (const { severity, to } of missed.transitions)
      if (to === 'ALARM' && !fired.has(severity)) fired.set(severity, dayOf(now));
    for (const severity of severities)
      if (evaluation.firing[severity] && !fired.has(severity)) fired.set(severity, dayOf(now));
    if (dayOf(now) > late.to + 7 || fired.size === severities.length) break;
  }
  return fired;
}
