import * as z from 'zod';
import { type Contribution, MetricSeries, seriesColumns } from './metric-series.ts';

/** A dimension of a metric; a metric without dimensions is another metric than the same name with some. */
export const dimension = z.object({ Name: z.string(), Value: z.string() });
export type Dimension = z.infer<typeof dimension>;

/** What names one metric. The order of the dimensions does not matter. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** A metric with its points. `unit` is the unit of its first datum. */
export interface StoredMetric extends MetricId {
  readonly unit: string;
  readonly series: MetricSeries;
}

export const metricStoreSnapshot = z.array(
  z.object({
    namespace: z.string(),
    name: z.string(),
    dimensions: z.array(dimension),
    unit: z.string(),
    columns: seriesColumns,
  }),
);
export type MetricStoreSnapshot = z.infer<typeof metricStoreSnapshot>;

/** Distinct values kept for percentiles over all metrics (about 50 MB); past it the oldest minutes lose theirs. */
const MAX_HELD_VALUES = 1_000_000;

const MINUTE_MS = 60_000;

/** The whole minute since the epoch that holds a time. */
export const toMinute = (at: Date): number => Math.floor(at.getTime() / MINUTE_MS);

/** The start of a minute since the epoch. */
export const fromMinute = (minute: number): Date => new Date(minute * MINUTE_MS);

/** All metrics, by namespace, name and sorted dimensions, each aggregated by minute. */
export class MetricStore {
  private readonly metrics = new Map<string, StoredMetric>();
  /** Alarms ask for the same ids at every tick. */
  private readonly keys = new WeakMap<MetricId, string>();
  private heldValues = 0;
  private readonly heldMinutes: { series: MetricSeries; minute: number }[] = [];

  add(id: MetricId, unit: string, at: Date, added: Contribution): void {
    const key = keyOf(id);
    let metric = this.metrics.get(key);
    if (metric === undefined) {
      metric = { ...id, dimensions: sortDimensions(id.dimensions), unit, series: new MetricSeries() };
      this.metrics.set(key, metric);
    }
    const { series } = metric;
    const minute = toMinute(at);
    const before = series.heldValues;
    const hadValues = series.hasValues(minute);
    series.add(minute, added);
    this.heldValues += series.heldValues - before;
    if (!hadValues && series.hasValues(minute)) this.heldMinutes.push({ series, minute });
    if (this.heldValues > MAX_HELD_VALUES) this.forgetOldest();
  }

  find(id: MetricId): StoredMetric | undefined {
    let key = this.keys.get(id);
    if (key === undefined) {
      key = keyOf(id);
      this.keys.set(id, key);
    }
    return this.metrics.get(key);
  }

  /** Metrics in order of first sight. */
  list(): Iterable<StoredMetric> {
    return this.metrics.values();
  }

  get size(): number {
    return this.metrics.size;
  }

  snapshot(): MetricStoreSnapshot {
    return [...this.metrics.values()].map(({ namespace, name, dimensions, unit, series }) => ({
      namespace,
      name,
      dimensions: [...dimensions],
      unit,
      columns: series.toColumns(),
    }));
  }

  /** Replaces everything held with a snapshot's metrics. */
  restore(snapshot: MetricStoreSnapshot): void {
    this.metrics.clear();
    this.heldMinutes.length = 0;
    this.heldValues = 0;
    for (const { columns, ...metric } of snapshot) {
      const series = MetricSeries.fromColumns(columns);
      this.metrics.set(keyOf(metric), { ...metric, series });
      this.heldValues += series.heldValues;
      for (const [minute] of columns.values) this.heldMinutes.push({ series, minute });
    }
  }

  private forgetOldest(): void {
    let forgotten = 0;
    for (const { series, minute } of this.heldMinutes) {
      if (this.heldValues <= MAX_HELD_VALUES * 0.9) break;
      const before = series.heldValues;
      series.forgetValues(minute);
      this.heldValues += series.heldValues - before;
      forgotten += 1;
    }
    this.heldMinutes.splice(0, forgotten);
  }
}

function sortDimensions(dimensions: readonly Dimension[]): Dimension[] {
  return [...dimensions].sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0));
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const parts = sortDimensions(dimensions).flatMap(({ Name, Value }) => [Name, Value]);
  return JSON.stringify([namespace, name, ...parts]);
}
