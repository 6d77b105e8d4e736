import { ListMetricsCommand, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { minutes, useCloudWatch } from '#test/support/cloudwatch.ts';

const cloudWatch = useCloudWatch();

const put = (...data: MetricDatum[]) =>
  cloudWatch.client.send(new PutMetricDataCommand({ Namespace: 'Assay', MetricData: data }));

const datum = (Value: number, minute = 0): MetricDatum => ({
  MetricName: 'score',
  Value,
  Timestamp: minutes(minute),
});

const many = <Item>(length: number, item: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, i) => item(i));

const refusals: Record<string, [MetricDatum[], string, RegExp]> = {
  'more than 1,000 metrics': [
    many(1001, datum),
    'InvalidParameterValue',
    /MetricData must not have a size greater than 1000/,
  ],
  'more than 150 values': [
    [{ MetricName: 'score', Values: many(151, Number) }],
    'InvalidParameterValue',
    /member\.1\.Values must not have a size greater than 150/,
  ],
  'more than 30 dimensions': [
    [{ ...datum(1), Dimensions: many(31, (index) => ({ Name: `d${index}`, Value: 'x' })) }],
    'InvalidParameterValue',
    /Dimensions must not have a size greater than 30/,
  ],
  NaN: [
    [datum(1), datum(Number.NaN)],
    'InvalidParameterValue',
    /The value NaN for parameter MetricData\.member\.2\.Value/,
  ],
  'an infinity': [[datum(Number.POSITIVE_INFINITY)], 'InvalidParameterValue', /Infinity/],
  'a value beyond 2^360': [[datum(2 ** 361)], 'InvalidParameterValue', /is invalid/],
  'counts that do not match the values': [
    [{ MetricName: 'score', Values: [1, 2], Counts: [1] }],
    'InvalidParameterValue',
    /same size: 2 and 1/,
  ],
  'a value and values': [[{ ...datum(1), Values: [1] }], 'InvalidParameterCombination', /mutually exclusive/],
  'no value at all': [[{ MetricName: 'score' }], 'MissingParameter', /is required/],
  'an empty dimension value': [
    [{ ...datum(1), Dimensions: [{ Name: 'surface', Value: '' }] }],
    'MissingParameter',
    /Dimensions\.member\.1\.Value is required/,
  ],
  'a resolution between': [
    [{ ...datum(1), StorageResolution: 30 }],
    'InvalidParameterValue',
    /must be 1 or 60/,
  ],
  'a body of more than 1 MB, though it is small when packed': [
    many(1000, () => ({ ...datum(1), Dimensions: [{ Name: 'padding', Value: 'x'.repeat(1020) }] })),
    'RequestEntityTooLarge',
    /1048576/,
  ],
};

describe('PutMetricData refuses', () => {
  for (const [sentence, [data, code, message]] of Object.entries(refusals)) {
    it(`${sentence}, and stores nothing`, async () => {
      await expect(put(...data)).rejects.toMatchObject({
        Code: code,
        message: expect.stringMatching(message),
      });
      expect((await cloudWatch.client.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
    });
  }

  it('a namespace of AWS', async () => {
    const command = new PutMetricDataCommand({ Namespace: 'AWS/SQS', MetricData: [datum(1)] });
    await expect(cloudWatch.client.send(command)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});
