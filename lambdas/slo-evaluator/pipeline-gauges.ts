import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import type { SurfaceTotals } from '#adapters/dynamodb/surface-states.ts';
import { type Retirement, retirementStage } from '#core/judges/retirement.ts';
import { dimension, metric } from '#core/names.ts';
import type { ControlReading, Turns } from '#core/series/control.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { nameShare, type Share } from '#core/share.ts';
import { dayKey, hour } from '#core/time.ts';

/** What a surface adds to the gauges of all together. */
export function totalsOf(
  surface: string,
  seriesSet: SeriesSet,
  askedJudges: readonly string[],
  now: number,
): SurfaceTotals {
  const lastHour = (name: string) => sumColumn(seriesSet.column(surface, '*', name), now - hour, now);
  return {
    received: lastHour('n'),
    sampled: lastHour('sampled'),
    redelivered: lastHour('redelivered'),
    askedJudges,
  };
}

/** What is known of judges and money. */
interface Known extends Pick<ControlReading, 'circuits'> {
  readonly retiring: readonly Retirement[];
  readonly spending: ControlReading['spending'] | undefined;
}

/** Gauges of the pipeline's own health, of all surfaces together; of spending none where it is not known. */
export function healthPoints(
  { circuits, retiring, spending }: Known,
  totals: readonly SurfaceTotals[],
  now: number,
): Point[] {
  const today = spending?.get(dayKey(now));
  const gauge = (name: string, value: number): Point => ({ name, dimensions: {}, values: [value], at: now });
  const sum = (read: (totals: SurfaceTotals) => number) =>
    totals.reduce((total, each) => total + read(each), 0);
  const received = sum((each) => each.received);
  return [
    gauge(metric.judgeBlocked, circuits.length > 0 ? 1 : 0),
    gauge(metric.judgeRetires, retirementStage(retiring)),
    ...(spending === undefined
      ? []
      : [
          gauge(metric.capReached, (today?.shed ?? 0) > 0 ? 1 : 0),
          gauge(metric.judgeSpend, today?.spentUsd ?? 0),
        ]),
    gauge(metric.received, received),
    gauge(
      metric.sampled,
      sum(({ sampled }) => sampled),
    ),
    gauge(metric.redelivered, received === 0 ? 0 : sum(({ redelivered }) => redelivered) / received),
  ];
}

/**
 * Gauges of an evaluator of its own surfaces. Of several evaluators the greatest counts.
 *
 * @param late verdicts newly found to be too late for their hour
 */
export function evaluatorPoints(late: number, turns: Turns | undefined, now: number): Point[] {
  const gauge = (name: string, value: number): Point => ({ name, dimensions: {}, values: [value], at: now });
  return [
    gauge(metric.late, late),
    // Where none waits, as is usual, nothing is to be paid for.
    ...(turns === undefined ? [] : [gauge(metric.waitingSurfaces, turns.waiting)]),
  ];
}

/** An evaluator is there, and stored what it found. Published last; of several each has its own. */
export function heartbeat(share: Share, now: number): Point {
  const dimensions = share.of === 1 ? {} : { [dimension.share]: nameShare(share) };
  return { name: metric.heartbeat, dimensions, values: [1], at: now };
}
