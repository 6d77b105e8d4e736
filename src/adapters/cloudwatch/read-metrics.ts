import { type CloudWatchClient, GetMetricDataCommand, paginateListMetrics } from '@aws-sdk/client-cloudwatch';

/** One statistic of one metric. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'SampleCount';
}

/** GetMetricData's limit of one call. */
const queriesPerCall = 500;

/**
 * Values of metrics, a list each in the queries' order; empty where there are none.
 *
 * @param range epoch milliseconds
 * @param periodSeconds of one value
 */
export async function readMetrics(
  cloudwatch: CloudWatchClient,
  queries: readonly MetricQuery[],
  range: { readonly from: number; readonly to: number },
  periodSeconds: number,
): Promise<number[][]> {
  const found: number[][] = queries.map(() => []);
  for (let start = 0; start < queries.length; start += queriesPerCall) {
    const part = queries.slice(start, start + queriesPerCall);
    let NextToken: string | undefined;
    do {
      const page = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(range.from),
          EndTime: new Date(range.to),
          NextToken,
          MetricDataQueries: part.map(({ namespace, name, dimensions = {}, statistic }, index) => ({
            Id: `q${start + index}`,
            MetricStat: {
              Metric: {
                Namespace: namespace,
                MetricName: name,
                Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
              },
              Period: periodSeconds,
              Stat: statistic,
            },
          })),
        }),
      );
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? [])
        found[Number(Id.slice(1))]?.push(...Values);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return found;
}

/** The dimensions under which a metric has been published in the last two weeks. */
export async function findDimensions(
  cloudwatch: CloudWatchClient,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>[]> {
  const found: Record<string, string>[] = [];
  const pages = paginateListMetrics({ client: cloudwatch }, { Namespace: namespace, MetricName: name });
  for await (const { Metrics = [] } of pages)
    for (const { Dimensions = [] } of Metrics)
      found.push(Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value])));
  return found;
}
