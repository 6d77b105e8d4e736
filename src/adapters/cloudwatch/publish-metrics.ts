import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { clientSettings, quicken } from '../client-settings.ts';

/** CloudWatch's limits of one call. */
const maxMetrics = 1_000;
const maxValues = 150;

export interface Point {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly unit?: MetricDatum['Unit'];
  /** Epoch milliseconds. */
  readonly at: number;
}

export function createCloudWatch(): CloudWatchClient {
  return quicken(new CloudWatchClient(clientSettings));
}

/** Publishes points in as few calls as the limits allow. @throws the SDK's error of the first call that failed */
export async function publish(
  cloudwatch: CloudWatchClient,
  namespace: string,
  points: readonly Point[],
): Promise<void> {
  const data = points.flatMap(toData);
  for (let start = 0; start < data.length; start += maxMetrics) {
    await cloudwatch.send(
      new PutMetricDataCommand({ Namespace: namespace, MetricData: data.slice(start, start + maxMetrics) }),
    );
  }
}

/** Equal values are sent once with their count. */
function toData(point: Point): MetricDatum[] {
  const counts = new Map<number, number>();
  for (const value of point.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const distinct = [...counts];
  const data: MetricDatum[] = [];
  for (let start = 0; start < distinct.length; start += maxValues) {
    const part = distinct.slice(start, start + maxValues);
    data.push({
      MetricName: point.name,
      Dimensions: Object.entries(point.dimensions).map(([Name, Value]) => ({ Name, Value })),
      Timestamp: new Date(point.at),
      Values: part.map(([value]) => value),
      Counts: part.map(([, count]) => count),
      ...(point.unit !== undefined && { Unit: point.unit }),
    });
  }
  return data;
}
