import * as z from 'zod';
import {
  type AwsOperation,
  awsTimestamp,
  defineOperation,
  toAwsTimestamp,
} from '#local/aws/aws-json-server.ts';
import { invalidParameterCombination, invalidParameterValue, validationError } from './errors.ts';
import { putMetricData, recordMetricData, refuseReservedNamespace } from './metric-data.ts';
import { compileQueries, compileSource, findSource, metricDataQuery } from './metric-query.ts';
import { plainStatistics, readStatistic } from './metric-statistic.ts';
import { dimension, fromMinute, type MetricStore, type StoredMetric, toMinute } from './metric-store.ts';
import { cutPage, readOffset } from './paging.ts';

const MAX_DATAPOINTS = 100_800;
const MAX_STATISTICS_DATAPOINTS = 1440;
const METRICS_PER_PAGE = 500;
/** About a year of minutes: guards this process against a StartTime in 1970. */
const MAX_WINDOWS = 525_600;

const getMetricData = z.looseObject({
  MetricDataQueries: z.array(metricDataQuery).min(1).max(500),
  StartTime: awsTimestamp,
  EndTime: awsTimestamp,
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  MaxDatapoints: z.number().int().min(1).max(MAX_DATAPOINTS).optional(),
});

const getMetricStatistics = z.looseObject({
  Namespace: z.string().min(1),
  MetricName: z.string().min(1),
  Dimensions: z.array(dimension).optional(),
  StartTime: awsTimestamp,
  EndTime: awsTimestamp,
  Period: z.number().int().min(1),
  Statistics: z.array(z.enum(plainStatistics)).max(5).optional(),
  ExtendedStatistics: z.array(z.string()).max(10).optional(),
  Unit: z.string().optional(),
});

const listMetrics = z.looseObject({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).optional(),
  NextToken: z.string().optional(),
});

/** CloudWatch's operations on metrics, over a store. `now` is for data that carry no time. */
export function metricOperations(store: MetricStore, now: () => Date): Record<string, AwsOperation> {
  return {
    PutMetricData: defineOperation(putMetricData, invalidParameterValue, (input) => {
      refuseReservedNamespace(input.Namespace);
      recordMetricData(store, input, now());
    }),
    GetMetricData: defineOperation(getMetricData, validationError, (input) => answerMetricData(store, input)),
    GetMetricStatistics: defineOperation(getMetricStatistics, invalidParameterValue, (input) =>
      answerMetricStatistics(store, input),
    ),
    ListMetrics: defineOperation(listMetrics, invalidParameterValue, (input) => {
      const found = [...store.list()].filter((metric) => matches(metric, input));
      const page = cutPage(found, input.NextToken, METRICS_PER_PAGE);
      const metrics = page.items.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensions,
      }));
      return { Metrics: metrics, NextToken: page.nextToken };
    }),
  };
}

interface Point {
  readonly at: Date;
  readonly value: number;
}

function answerMetricData(store: MetricStore, input: z.output<typeof getMetricData>): unknown {
  checkRange(input.StartTime, input.EndTime);
  const compiled = compileQueries(input.MetricDataQueries);
  if (!compiled.ok) throw validationError(compiled.message);
  const { queries } = compiled;
  const newestFirst = input.ScanBy !== 'TimestampAscending';

  const results = input.MetricDataQueries.filter(({ ReturnData = true }) => ReturnData).map((query) => {
    const points: Point[] = [];
    const windows = alignedWindows(input.StartTime, input.EndTime, queries.periodOf(query.Id));
    const read = queries.startReading(store, query.Id);
    for (const { from, to } of windows) {
      const value = read(from, to);
      if (value !== undefined) points.push({ at: fromMinute(from), value });
    }
    if (newestFirst) points.reverse();
    const label = query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Expression ?? query.Id;
    return { id: query.Id, label, points };
  });
  return pageResults(results, input.NextToken, input.MaxDatapoints ?? MAX_DATAPOINTS);
}

/** A page is a stretch of all results' points laid end to end; a result that goes on is `PartialData`. */
function pageResults(
  results: readonly { id: string; label: string; points: readonly Point[] }[],
  token: string | undefined,
  size: number,
): unknown {
  const begin = readOffset(token);
  const end = begin + size;
  let offset = 0;
  const answered = results.map(({ id, label, points }) => {
    const page = points.slice(Math.max(0, begin - offset), Math.max(0, end - offset));
    offset += points.length;
    return {
      Id: id,
      Label: label,
      Timestamps: page.map(({ at }) => toAwsTimestamp(at)),
      Values: page.map(({ value }) => value),
      StatusCode: offset > end ? 'PartialData' : 'Complete',
    };
  });
  return { MetricDataResults: answered, NextToken: offset > end ? String(end) : undefined, Messages: [] };
}

function answerMetricStatistics(store: MetricStore, input: z.output<typeof getMetricStatistics>): unknown {
  checkRange(input.StartTime, input.EndTime);
  const { Statistics = [], ExtendedStatistics = [], Dimensions: dimensions = [] } = input;
  if (Statistics.length + ExtendedStatistics.length === 0) {
    throw invalidParameterCombination('Must specify either Statistics or ExtendedStatistics');
  }
  const id = { namespace: input.Namespace, name: input.MetricName, dimensions };
  const sources = [...Statistics, ...ExtendedStatistics].map((name) => {
    const source = compileSource(id, name, input.Period, input.Unit);
    if ('message' in source) throw invalidParameterValue(source.message);
    return { name, source, metric: findSource(store, source) };
  });
  const windows = alignedWindows(input.StartTime, input.EndTime, input.Period / 60);
  if (windows.length > MAX_STATISTICS_DATAPOINTS) {
    throw invalidParameterCombination(
      `You have requested up to ${windows.length} datapoints, which exceeds the limit of ${MAX_STATISTICS_DATAPOINTS}.`,
    );
  }
  const datapoints = windows.flatMap(({ from, to }) => {
    const plain: Record<string, number> = {};
    const extended: Record<string, number> = {};
    for (const { name, source, metric } of sources) {
      const value = readStatistic(metric, source.statistic, from, to);
      if (value === undefined) continue;
      (source.statistic.kind === 'percentile' ? extended : plain)[name] = value;
    }
    if (Object.keys(plain).length + Object.keys(extended).length === 0) return [];
    const common = { Timestamp: toAwsTimestamp(fromMinute(from)), Unit: sources[0]?.metric?.unit };
    return [
      Object.keys(extended).length > 0
        ? { ...common, ...plain, ExtendedStatistics: extended }
        : { ...common, ...plain },
    ];
  });
  return { Label: input.MetricName, Datapoints: datapoints };
}

/** Periods that begin in the range, aligned to the period as CloudWatch aligns them. */
function alignedWindows(start: Date, end: Date, periodMinutes: number): { from: number; to: number }[] {
  const windows: { from: number; to: number }[] = [];
  if ((end.getTime() - start.getTime()) / 60_000 / periodMinutes > MAX_WINDOWS) {
    throw validationError(
      `more than ${MAX_WINDOWS} periods from StartTime to EndTime: ask for less or a longer period`,
    );
  }
  const first = Math.floor(toMinute(start) / periodMinutes) * periodMinutes;
  for (let from = first; fromMinute(from) < end; from += periodMinutes) {
    windows.push({ from, to: from + periodMinutes });
  }
  return windows;
}

function checkRange(start: Date, end: Date): void {
  if (start < end) return;
  throw invalidParameterCombination(
    `The parameter StartTime must be less than the parameter EndTime: ${start.toISOString()} and ${end.toISOString()} came.`,
  );
}

function matches(metric: StoredMetric, filter: z.output<typeof listMetrics>): boolean {
  if (filter.Namespace !== undefined && filter.Namespace !== metric.namespace) return false;
  if (filter.MetricName !== undefined && filter.MetricName !== metric.name) return false;
  return (filter.Dimensions ?? []).every(({ Name, Value }) =>
    metric.dimensions.some((held) => held.Name === Name && (Value === undefined || held.Value === Value)),
  );
}
