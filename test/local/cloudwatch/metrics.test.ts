import {
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDatum,
  PutMetricDataCommand,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { connect, minutes, start, useCloudWatch } from '#test/support/cloudwatch.ts';

const cloudWatch = useCloudWatch();

const put = (...data: MetricDatum[]) =>
  cloudWatch.client.send(new PutMetricDataCommand({ Namespace: 'Assay', MetricData: data }));

async function read(stat: string, options: { period?: number; dimensions?: Record<string, string> } = {}) {
  const answer = await cloudWatch.client.send(
    new GetMetricDataCommand({
      StartTime: start,
      EndTime: minutes(60),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: {
              Namespace: 'Assay',
              MetricName: 'score',
              Dimensions: Object.entries(options.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: options.period ?? 60,
            Stat: stat,
          },
        },
      ],
    }),
  );
  const [result] = answer.MetricDataResults ?? [];
  return (result?.Timestamps ?? []).map((at, index) => [
    at.toISOString().slice(11, 16),
    result?.Values?.[index],
  ]);
}

const datum = (Value: number, minute = 0): MetricDatum => ({
  MetricName: 'score',
  Value,
  Timestamp: minutes(minute),
});

describe('metrics through the SDK', () => {
  it('aggregates single values, value counts and statistic sets of a minute', async () => {
    await put(datum(1), datum(5));
    await put({ MetricName: 'score', Values: [2, 3], Counts: [4, 2], Timestamp: minutes(0) });
    await put({
      MetricName: 'score',
      StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 9, Maximum: 11 },
      Timestamp: minutes(0.5),
    });
    expect(await read('SampleCount')).toEqual([['09:00', 10]]);
    expect(await read('Sum')).toEqual([['09:00', 40]]);
    expect(await read('Average')).toEqual([['09:00', 4]]);
    expect(await read('Minimum')).toEqual([['09:00', 1]]);
    expect(await read('Maximum')).toEqual([['09:00', 11]]);
  });

  it('reads percentiles across minutes by nearest rank', async () => {
    await put({ MetricName: 'score', Values: [1, 2, 3], Counts: [50, 49, 1], Timestamp: minutes(1) });
    await put(datum(7, 2));
    expect(await read('p50', { period: 300 })).toEqual([['09:00', 2]]);
    expect(await read('p99', { period: 300 })).toEqual([['09:00', 3]]);
    expect(await read('p100', { period: 300 })).toEqual([['09:00', 7]]);
  });

  it('has no percentile where only a statistic set is known', async () => {
    await put({
      MetricName: 'score',
      StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 9, Maximum: 11 },
      Timestamp: minutes(0),
    });
    expect(await read('p50')).toEqual([]);
  });

  it('puts points that come out of order in order', async () => {
    await put(datum(3, 3), datum(1, 1), datum(2, 2), datum(4, 1));
    expect(await read('Sum')).toEqual([
      ['09:01', 5],
      ['09:02', 2],
      ['09:03', 3],
    ]);
  });

  it('tells metrics apart by their dimensions, whatever the order', async () => {
    const dimensions = [
      { Name: 'surface', Value: 'chat' },
      { Name: 'slo', Value: 'score' },
    ];
    await put(
      { ...datum(1), Dimensions: dimensions },
      { ...datum(2), Dimensions: dimensions.toReversed() },
      datum(9),
    );
    expect(await read('Sum', { dimensions: { slo: 'score', surface: 'chat' } })).toEqual([['09:00', 3]]);
    expect(await read('Sum')).toEqual([['09:00', 9]]);
    expect(await read('Sum', { dimensions: { slo: 'score' } })).toEqual([]);
  });

  it('evaluates expressions over the queries of a request', async () => {
    await put({ ...datum(20), MetricName: 'good' }, { ...datum(25), MetricName: 'total' });
    const query = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Assay', MetricName }, Period: 60, Stat: 'Sum' },
    });
    const answer = await cloudWatch.client.send(
      new GetMetricDataCommand({
        StartTime: start,
        EndTime: minutes(2),
        MetricDataQueries: [
          query('good', 'good'),
          query('total', 'total'),
          { Id: 'rate', Expression: 'good / total' },
        ],
      }),
    );
    expect(answer.MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([['rate', [0.8]]]);
  });

  it('pages datapoints, newest first unless told', async () => {
    await put(datum(1, 1), datum(2, 2), datum(3, 3));
    const input = {
      StartTime: start,
      EndTime: minutes(10),
      MaxDatapoints: 2,
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: { Metric: { Namespace: 'Assay', MetricName: 'score' }, Period: 60, Stat: 'Sum' },
        },
      ],
    };
    const first = await cloudWatch.client.send(new GetMetricDataCommand(input));
    expect(first.MetricDataResults?.[0]).toMatchObject({ Values: [3, 2], StatusCode: 'PartialData' });
    const second = await cloudWatch.client.send(
      new GetMetricDataCommand({ ...input, NextToken: first.NextToken }),
    );
    expect(second.MetricDataResults?.[0]).toMatchObject({ Values: [1], StatusCode: 'Complete' });
    expect(second.NextToken).toBe(undefined);
  });

  it('answers GetMetricStatistics with plain and extended statistics', async () => {
    await put(datum(1), datum(5), { ...datum(3, 7), Unit: 'None' });
    const answer = await cloudWatch.client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Assay',
        MetricName: 'score',
        StartTime: start,
        EndTime: minutes(10),
        Period: 300,
        Statistics: ['Sum', 'Maximum'],
        ExtendedStatistics: ['p90'],
      }),
    );
    expect(answer.Datapoints?.map(({ Timestamp: _, ...point }) => point)).toEqual([
      { Sum: 6, Maximum: 5, Unit: 'None', ExtendedStatistics: { p90: 5 } },
      { Sum: 3, Maximum: 3, Unit: 'None', ExtendedStatistics: { p90: 3 } },
    ]);
  });

  it('lists metrics by namespace, name and dimensions', async () => {
    const surface = (Value: string) => [{ Name: 'surface', Value }];
    await put(
      { ...datum(1), Dimensions: surface('chat') },
      { ...datum(1), Dimensions: surface('rag') },
      datum(1),
    );
    const list = async (input: ListMetricsCommandInput) =>
      (await cloudWatch.client.send(new ListMetricsCommand(input))).Metrics?.length;
    expect(await list({})).toBe(3);
    expect(await list({ Namespace: 'Other' })).toBe(0);
    expect(await list({ MetricName: 'score', Dimensions: [{ Name: 'surface' }] })).toBe(2);
    expect(await list({ Dimensions: [{ Name: 'surface', Value: 'rag' }] })).toBe(1);
  });

  it('lists metrics in pages of 500', async () => {
    await put(...Array.from({ length: 700 }, (_, index) => ({ MetricName: `m${index}`, Value: 1 })));
    const pages: number[] = [];
    for await (const page of paginateListMetrics({ client: cloudWatch.client }, {}))
      pages.push(page.Metrics?.length ?? 0);
    expect(pages).toEqual([500, 200]);
  });

  it('unpacks the gzip that the SDK sends above 10 KB', async () => {
    const data = Array.from({ length: 1000 }, (_, index) => datum(index, index % 60));
    await put(...data);
    expect(await read('SampleCount', { period: 3600 })).toEqual([['09:00', 1000]]);
  });

  it('takes AWS namespaces beside the protocol, for the local queues to report on', async () => {
    const answer = await fetch(`${cloudWatch.server.url}/_assay/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ Namespace: 'AWS/SQS', MetricData: [{ MetricName: 'Age', Value: 3 }] }),
    });
    expect(answer.status).toBe(200);
    expect(
      (await cloudWatch.client.send(new ListMetricsCommand({ Namespace: 'AWS/SQS' }))).Metrics?.length,
    ).toBe(1);
  });
});

describe('injected faults', () => {
  it('fail an operation as often as told, and the SDK retries throttling', async () => {
    const patient = connect(cloudWatch.server, 3);
    cloudWatch.server.failNext({
      operation: 'PutMetricData',
      times: 1,
      status: 400,
      code: 'ThrottlingException',
    });
    const answer = await patient.send(
      new PutMetricDataCommand({ Namespace: 'Assay', MetricData: [datum(1)] }),
    );
    expect(answer.$metadata.attempts).toBe(2);
    expect(cloudWatch.server.calls()).toEqual({ PutMetricData: 2 });
    expect(await read('Sum')).toEqual([['09:00', 1]]);
    patient.destroy();
  });

  it('leave other operations alone', async () => {
    cloudWatch.server.failNext({ operation: 'ListMetrics', status: 500, code: 'InternalFailure' });
    await put(datum(1));
    await expect(cloudWatch.client.send(new ListMetricsCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect((await cloudWatch.client.send(new ListMetricsCommand({}))).Metrics?.length).toBe(1);
  });
});
