import { describe, expect, it } from 'vitest';
import { createCloudWatch } from '#local/cloudwatch/cloud-watch.ts';
import { MetricSeries } from '#local/cloudwatch/metric-series.ts';
import { fromMinute, MetricStore } from '#local/cloudwatch/metric-store.ts';
import { findPercentile, ValueCounts } from '#local/cloudwatch/value-counts.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const single = (value: number) => ({ sum: value, count: 1, min: value, max: value, values: undefined });

describe('value counts of a minute', () => {
  it('are exact up to 200 values, then within 1%, and given up past any use', () => {
    const counts = new ValueCounts();
    for (let value = 1; value <= 200; value += 1) counts.add(value, 1);
    expect(findPercentile(counts.counts ?? new Map(), 99)).toBe(198);
    for (let value = 201; value <= 5000; value += 1) counts.add(value, 1);
    const median = findPercentile(counts.counts ?? new Map(), 50) ?? 0;
    expect(Math.abs(median / 2500 - 1)).toBeLessThan(0.011);
    expect(counts.size).toBeLessThan(400);
    for (let power = -200; power <= 200; power += 0.25) counts.add(10 ** power, 1);
    expect(counts.counts).toBe(undefined);
  });
});

describe('a series', () => {
  it('agrees with a plain list whatever the order points come in', () => {
    const series = new MetricSeries();
    const points: [number, number][] = [];
    // A multiplicative walk visits minutes in a scattered but repeatable order, some of them twice.
    for (let step = 1; step <= 600; step += 1) points.push([(step * 7919) % 500, step % 13]);
    for (const [minute, value] of points) series.add(minute, single(value));
    for (const [from, to] of [
      [0, 500],
      [37, 38],
      [100, 260],
      [499, 600],
    ] as const) {
      const inside = points.flatMap(([minute, value]) => (minute >= from && minute < to ? [value] : []));
      expect(series.aggregate(from, to)).toEqual({
        sum: inside.reduce((sum, value) => sum + value, 0),
        count: inside.length,
        min: Math.min(...inside),
        max: Math.max(...inside),
      });
      const sorted = inside.toSorted((a, b) => a - b);
      expect(series.percentile(from, to, 90)).toBe(sorted[Math.ceil(0.9 * sorted.length) - 1]);
    }
    expect(series.aggregate(600, 700)).toBe(undefined);
  });

  it('packs a month of minutes into 12 bytes each', () => {
    const series = new MetricSeries();
    for (let minute = 0; minute < 43_200; minute += 1) series.add(minute, single(minute));
    const { minutes, sums, ...wide } = series.toColumns();
    expect(Buffer.from(minutes, 'base64').length + Buffer.from(sums, 'base64').length).toBe(43_200 * 12);
    expect(wide).toEqual({ values: [] });
    expect(MetricSeries.fromColumns({ minutes, sums, values: [] }).aggregate(43_199, 43_200)?.sum).toBe(
      43_199,
    );
  });
});

describe('the store', () => {
  it('drops the oldest percentiles rather than run out of memory, and keeps the rest', () => {
    const store = new MetricStore();
    const id = { namespace: 'Assay', name: 'latency', dimensions: [] };
    const values = Array.from({ length: 150 }, (_, value) => [value, 1] as const);
    for (let minute = 0; minute < 7000; minute += 1) {
      store.add(id, 'None', fromMinute(minute), { sum: 11_175, count: 150, min: 0, max: 149, values });
    }
    const series = store.find(id)?.series;
    expect(series?.percentile(0, 1, 50)).toBe(undefined);
    expect(series?.percentile(6999, 7000, 50)).toBe(74);
    expect(series?.aggregate(0, 1)?.max).toBe(149);
    expect(series?.heldValues).toBeLessThanOrEqual(1_000_000);
  });
});

describe('speed', () => {
  it('evaluates 200 alarms over a week of ticks in under 5 ms', () => {
    const cloudWatch = createCloudWatch();
    const start = new Date('2026-11-01T00:00:00Z');
    const ids = Array.from({ length: 200 }, (_, index) => ({
      namespace: 'Assay',
      name: 'pressure',
      dimensions: [{ Name: 'slo', Value: `slo-${index}` }],
    }));
    for (const { namespace, name, dimensions } of ids) {
      const definition = {
        AlarmName: `alarm-${dimensions[0]?.Value}`,
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensions,
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
      } as const;
      cloudWatch.alarms.put({ kind: 'metric', definition }, start);
    }
    const tick = (index: number): Date => new Date(start.getTime() + index * 300_000);
    for (let index = 0; index < 2016; index += 1) {
      for (const id of ids) cloudWatch.metrics.add(id, 'None', tick(index), single(0.5));
    }
    const times = Array.from({ length: 100 }, (_, index) =>
      cpuMsOf(() => cloudWatch.evaluateAlarms(tick(1916 + index))),
    );
    const median = times.toSorted((a, b) => a - b)[50] ?? Number.POSITIVE_INFINITY;
    expect(median).toBeLessThan(5);
  });
});
