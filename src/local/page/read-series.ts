import {
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { dimension, metric, metricNamespace } from '#core/names.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { day, hour, minute } from '#core/time.ts';
import type { SeriesView } from './page-state.ts';

/** The longest line. */
export const longestLine = 30 * day;

/** A line of more points than this is no clearer. */
const mostPoints = 360;

const periods = [5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour] as const;

/** When the evaluator first said anything in the longest line's time; undefined while it has not. */
export async function readFirstTick(
  cloudwatch: CloudWatchClient,
  stage: string,
  now: number,
): Promise<number | undefined> {
  const queries = [gaugeQuery('first', stage, metric.heartbeat, {}, 'Maximum', hour)];
  const [first] = await readMetricData(cloudwatch, queries, now - longestLine, now + hour);
  return first?.Timestamps?.[0]?.getTime();
}

export interface SeriesRequest {
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The SLI alone, for a panel. */
  readonly onlySli: boolean;
}

/** Gauges of SLOs, one GetMetricData call for all of them while they fit. */
export async function readSeries(
  cloudwatch: CloudWatchClient,
  slos: readonly Slo[],
  { stage, from, to, onlySli }: SeriesRequest,
): Promise<Omit<SeriesView, 'marks'>[]> {
  const period =
    periods.find((each) => (to - from) / each <= mostPoints) ?? periods[periods.length - 1] ?? hour;
  const queries = slos.flatMap((slo, index) => sloQueries(slo, index, stage, period, onlySli));
  const results = await readMetricData(cloudwatch, queries, from, to + period);
  const byId = new Map(results.map((result) => [result.Id, result]));
  return slos.map((slo, index) => alignPoints(slo, (name) => byId.get(`${name}${index}`)));
}

const gauges = {
  sli: metric.sli,
  raw: metric.sliRaw,
  lower: metric.sliLower,
  upper: metric.sliUpper,
  burn: metric.burnRate,
} as const;

function sloQueries(
  slo: Slo,
  index: number,
  stage: string,
  period: number,
  onlySli: boolean,
): MetricDataQuery[] {
  const where = { [dimension.surface]: slo.surface, [dimension.slo]: slo.id };
  if (onlySli) return [gaugeQuery(`sli${index}`, stage, metric.sli, where, 'Average', period)];
  return [
    ...Object.entries(gauges).map(([id, name]) =>
      gaugeQuery(`${id}${index}`, stage, name, where, 'Average', period),
    ),
    ...slo.severities.map((severity) =>
      gaugeQuery(
        `${severity}${index}`,
        stage,
        metric.pressure,
        { ...where, [dimension.severity]: severity },
        'Maximum',
        period,
      ),
    ),
  ];
}

/** A query of one metric; `period` in milliseconds. */
export function gaugeQuery(
  Id: string,
  stage: string,
  MetricName: string,
  where: Readonly<Record<string, string>>,
  Stat: string,
  period: number,
): MetricDataQuery {
  const Dimensions = Object.entries(where).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id,
    MetricStat: {
      Metric: { Namespace: metricNamespace(stage), MetricName, Dimensions },
      Period: period / 1000,
      Stat,
    },
  };
}

/** Every page of the answer, each result whole, in order of time. */
export async function readMetricData(
  cloudwatch: CloudWatchClient,
  queries: readonly MetricDataQuery[],
  from: number,
  to: number,
): Promise<MetricDataResult[]> {
  const whole = new Map<string, { Id: string; Timestamps: Date[]; Values: number[] }>();
  if (queries.length === 0) return [];
  const pages = paginateGetMetricData(
    { client: cloudwatch },
    {
      MetricDataQueries: [...queries],
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
    },
  );
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const result = whole.get(Id) ?? { Id, Timestamps: [], Values: [] };
      result.Timestamps.push(...Timestamps);
      result.Values.push(...Values);
      whole.set(Id, result);
    }
  }
  return [...whole.values()];
}

/** All gauges over the times that any of them has; a silence of over three steps becomes a gap. */
function alignPoints(
  slo: Slo,
  resultOf: (name: string) => MetricDataResult | undefined,
): Omit<SeriesView, 'marks'> {
  const names = [...Object.keys(gauges), ...slo.severities];
  const points = new Map(
    names.map((name) => {
      const { Timestamps = [], Values = [] } = resultOf(name) ?? {};
      return [name, new Map(Timestamps.map((at, index) => [at.getTime(), Values[index] ?? null]))] as const;
    }),
  );
  const times = withGaps([...new Set([...points.values()].flatMap((each) => [...each.keys()]))]);
  const line = (name: string) => times.map((at) => points.get(name)?.get(at) ?? null);
  return {
    slo: sloName(slo),
    objective: slo.objective,
    times,
    sli: line('sli'),
    raw: line('raw'),
    lower: line('lower'),
    upper: line('upper'),
    burn: line('burn'),
    pressure: Object.fromEntries(slo.severities.map((severity) => [severity, line(severity)])),
  };
}

function withGaps(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((at, index) => at - (sorted[index] ?? at));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return sorted.flatMap((at, index) => {
    const step = steps[index - 1] ?? 0;
    return usual > 0 && step > 3 * usual ? [at - Math.floor(step / 2), at] : [at];
  });
}
