import * as z from 'zod';
import { type MetricExpression, type PeriodValue, parseMetricExpression } from './metric-expression.ts';
import { parseStatistic, readStatistic, type Statistic } from './metric-statistic.ts';
import { dimension, type MetricId, type MetricStore, type StoredMetric } from './metric-store.ts';

/** MetricDataQuery, as GetMetricData and the `Metrics` of an alarm take it. */
export const metricDataQuery = z.strictObject({
  Id: z.string().regex(/^[a-z]\w{0,254}$/, 'wants a small letter, then letters, digits and _'),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({
        Namespace: z.string().min(1),
        MetricName: z.string().min(1),
        Dimensions: z.array(dimension).max(30).optional(),
      }),
      Period: z.number().int().min(1),
      Stat: z.string(),
      Unit: z.string().optional(),
    })
    .optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().optional(),
  Period: z.number().int().min(1).optional(),
});
export type MetricDataQuery = z.infer<typeof metricDataQuery>;

/** A metric to read and how. Periods are in minutes, for points are kept by the minute. */
export interface MetricSource {
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly periodMinutes: number;
  readonly unit: string | undefined;
}

type CompiledQuery = MetricSource | MetricExpression;

/** Queries that name each other, ready to be evaluated over any stretch of time. */
export interface QuerySet {
  /** The metrics that are read, in order. */
  readonly sources: readonly MetricSource[];
  /** The period of a query in minutes: of its metric, or the one period of an expression's metrics. */
  periodOf(id: string): number;
  /** Reads a query's values of one range: call it period by period, the oldest first. */
  startReading(store: MetricStore, id: string): PeriodReader;
}

/** A value over minutes `from` (inclusive) to `to` (exclusive). */
export type PeriodReader = (from: number, to: number) => PeriodValue;

export type CompiledQueries =
  | { readonly ok: true; readonly queries: QuerySet }
  | { readonly ok: false; readonly message: string };

/** Reads the parts of a query that names a metric; a message says what is not supported. */
export function compileSource(
  metric: MetricId,
  statisticName: string,
  periodSeconds: number,
  unit: string | undefined,
): MetricSource | { readonly message: string } {
  const statistic = parseStatistic(statisticName);
  if (statistic === undefined) {
    return {
      message: `statistic ${statisticName} is unsupported; use Average, Sum, Minimum, Maximum, SampleCount or pNN`,
    };
  }
  if (periodSeconds < 60 || periodSeconds % 60 !== 0) {
    return {
      message: `period ${periodSeconds} is unsupported: points are kept by the minute, use a multiple of 60 s`,
    };
  }
  return { metric, statistic, periodMinutes: periodSeconds / 60, unit };
}

/** The metric a source reads, unless it was published in another unit than the source asks for. */
export function findSource(store: MetricStore, source: MetricSource): StoredMetric | undefined {
  const metric = store.find(source.metric);
  return source.unit === undefined || metric?.unit === source.unit ? metric : undefined;
}

/** Checks queries against each other and makes them ready; the first thing that is wrong is the message. */
export function compileQueries(queries: readonly MetricDataQuery[]): CompiledQueries {
  const compiled = new Map<string, CompiledQuery>();
  for (const query of queries) {
    if (compiled.has(query.Id)) return refuse(`the id ${query.Id} is used twice`);
    const result = compileQuery(query);
    if ('message' in result) return refuse(`query ${query.Id}: ${result.message}`);
    compiled.set(query.Id, result);
  }
  const periods = new Map<string, number>();
  for (const id of compiled.keys()) {
    const found = findPeriods(compiled, id, new Set());
    if ('message' in found) return refuse(found.message);
    const [period, ...others] = found.periods;
    if (period === undefined) return refuse(`query ${id} reads no metric`);
    if (others.length > 0) return refuse(`the metrics of query ${id} must have one period`);
    periods.set(id, period);
  }
  return { ok: true, queries: toQuerySet(compiled, periods) };
}

function compileQuery(query: MetricDataQuery): CompiledQuery | { readonly message: string } {
  const { MetricStat: stat, Expression: text } = query;
  if (stat !== undefined && text === undefined) {
    const { Namespace: namespace, MetricName: name, Dimensions: dimensions = [] } = stat.Metric;
    return compileSource({ namespace, name, dimensions }, stat.Stat, stat.Period, stat.Unit);
  }
  if (text !== undefined && stat === undefined) {
    const parsed = parseMetricExpression(text);
    return parsed.ok ? parsed.expression : parsed;
  }
  return { message: 'wants either MetricStat or Expression' };
}

function findPeriods(
  compiled: ReadonlyMap<string, CompiledQuery>,
  id: string,
  path: ReadonlySet<string>,
): { readonly periods: ReadonlySet<number> } | { readonly message: string } {
  if (path.has(id)) return { message: `query ${id} depends on itself` };
  const query = compiled.get(id);
  if (query === undefined) return { message: `an expression names ${id}, which is no query of this request` };
  if (isSource(query)) return { periods: new Set([query.periodMinutes]) };
  const periods = new Set<number>();
  const named = query.ids.size > 0 ? query.ids : sourceIds(compiled);
  for (const inner of named) {
    const found = findPeriods(compiled, inner, new Set([...path, id]));
    if ('message' in found) return found;
    for (const period of found.periods) periods.add(period);
  }
  return { periods };
}

function toQuerySet(
  compiled: ReadonlyMap<string, CompiledQuery>,
  periods: ReadonlyMap<string, number>,
): QuerySet {
  const sources = [...compiled.values()].filter(isSource);
  const startReading = (store: MetricStore, id: string): PeriodReader => {
    const repeated = new Map<object, number>();
    const read = (id: string, from: number, to: number): PeriodValue => {
      const query = compiled.get(id);
      if (query === undefined) return undefined;
      if (isSource(query)) return readStatistic(findSource(store, query), query.statistic, from, to);
      return query.evaluate({
        value: (inner) => read(inner, from, to),
        metrics: () => sourceIds(compiled).map((inner) => read(inner, from, to)),
        repeated,
      });
    };
    return (from, to) => read(id, from, to);
  };
  return { sources, periodOf: (id) => periods.get(id) ?? 1, startReading };
}

function isSource(query: CompiledQuery): query is MetricSource {
  return 'statistic' in query;
}

function sourceIds(compiled: ReadonlyMap<string, CompiledQuery>): string[] {
  return [...compiled].flatMap(([id, query]) => (isSource(query) ? [id] : []));
}

function refuse(message: string): CompiledQueries {
  return { ok: false, message };
}
