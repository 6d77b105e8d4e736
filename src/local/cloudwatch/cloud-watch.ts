import * as z from 'zod';
import { AlarmStore, type AlarmTransition, alarmStoreSnapshot } from './alarm-store.ts';
import { MetricStore, metricStoreSnapshot } from './metric-store.ts';

const cloudWatchSnapshot = z.object({
  version: z.literal(1),
  now: z.number().optional(),
  metrics: metricStoreSnapshot,
  alarms: alarmStoreSnapshot,
});

/** Metrics and alarms on a simulated clock: time stands where the last evaluation put it. */
export interface CloudWatch {
  readonly metrics: MetricStore;
  readonly alarms: AlarmStore;
  /** The time of the last evaluation, or the wall clock before the first. */
  now(): Date;
  /**
   * Sets the clock and brings every alarm to its state at that time. Evaluate at each tick: a stretch that is skipped
   * is not made up for, and an alarm looks back over its evaluation range only.
   */
  evaluateAlarms(now: Date): AlarmTransition[];
  /** Everything as JSON-serialisable data: about 16 bytes a metric and minute. */
  snapshot(): unknown;
  /** Replaces everything with a snapshot. @throws ZodError when it is none. */
  restore(snapshot: unknown): void;
}

/** An empty CloudWatch, without a server: see `startCloudWatch` to talk to it with the SDK. */
export function createCloudWatch(): CloudWatch {
  const metrics = new MetricStore();
  const alarms = new AlarmStore();
  let evaluatedAt: Date | undefined;
  return {
    metrics,
    alarms,
    now: () => evaluatedAt ?? new Date(),
    evaluateAlarms(now) {
      evaluatedAt = now;
      return alarms.evaluate(metrics, now);
    },
    snapshot: () => ({
      version: 1,
      now: evaluatedAt?.getTime(),
      metrics: metrics.snapshot(),
      alarms: alarms.snapshot(),
    }),
    restore(snapshot) {
      const read = cloudWatchSnapshot.parse(snapshot);
      evaluatedAt = read.now === undefined ? undefined : new Date(read.now);
      metrics.restore(read.metrics);
      alarms.restore(read.alarms);
    },
  };
}
