import * as z from 'zod';
import { awsNumber, awsTimestamp } from '#local/aws/aws-json-server.ts';
import { invalidParameterCombination, invalidParameterValue, missingParameter } from './errors.ts';
import type { Contribution } from './metric-series.ts';
import { dimension, type MetricStore } from './metric-store.ts';

const MAX_METRICS = 1000;
const MAX_VALUES = 150;
const MAX_DIMENSIONS = 30;
const MAX_NAME_LENGTH = 255;
const MAX_DIMENSION_VALUE_LENGTH = 1024;
/** CloudWatch takes values from -2^360 to 2^360. */
const MAX_VALUE = 2 ** 360;

const UNITS = new Set(
  [
    ['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'],
    ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((unit) => [unit, `${unit}/Second`]),
    ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((unit) => [unit, `${unit}/Second`]),
  ].flat(),
);

const metricDatum = z.looseObject({
  MetricName: z.string(),
  Dimensions: z.array(dimension).optional(),
  Timestamp: awsTimestamp.optional(),
  Value: awsNumber.optional(),
  StatisticValues: z
    .object({ SampleCount: awsNumber, Sum: awsNumber, Minimum: awsNumber, Maximum: awsNumber })
    .optional(),
  Values: z.array(awsNumber).optional(),
  Counts: z.array(awsNumber).optional(),
  Unit: z.string().optional(),
  StorageResolution: z.number().optional(),
});
type MetricDatum = z.infer<typeof metricDatum>;

/** The body of PutMetricData. Limits are looked at by {@link recordMetricData}, which answers as CloudWatch does. */
export const putMetricData = z.looseObject({
  Namespace: z.string(),
  MetricData: z.array(metricDatum),
});
export type PutMetricData = z.infer<typeof putMetricData>;

/**
 * Checks a whole PutMetricData call and then stores it, all or nothing.
 *
 * `now` is given to data without a time. The bounds on a datum's time (two weeks back, two hours ahead) are not
 * enforced, for replays run at the time of their records.
 * @throws AwsError `InvalidParameterValueException`, `InvalidParameterCombinationException` or
 *   `MissingRequiredParameterException`, naming the member.
 */
export function recordMetricData(
  store: MetricStore,
  { Namespace, MetricData }: PutMetricData,
  now: Date,
): void {
  if (Namespace.length === 0) throw missingParameter('The parameter Namespace is required.');
  if (Namespace.length > MAX_NAME_LENGTH || Namespace.startsWith(':')) {
    throw invalidParameterValue(`The value ${Namespace} for parameter Namespace is invalid.`);
  }
  if (MetricData.length > MAX_METRICS) throw tooMany('MetricData', MAX_METRICS, MetricData.length);
  const contributions = MetricData.map((datum, index) => {
    const member = `MetricData.member.${index + 1}`;
    checkIdentity(datum, member);
    return { datum, added: readContribution(datum, member) };
  });
  for (const { datum, added } of contributions) {
    if (added === undefined) continue;
    const id = { namespace: Namespace, name: datum.MetricName, dimensions: datum.Dimensions ?? [] };
    store.add(id, datum.Unit ?? 'None', datum.Timestamp ?? now, added);
  }
}

/** @throws AwsError `InvalidParameterValueException`: namespaces under `AWS/` belong to AWS services. */
export function refuseReservedNamespace(namespace: string): void {
  if (namespace.startsWith('AWS/'))
    throw invalidParameterValue('The value AWS/ for parameter Namespace is invalid.');
}

function checkIdentity(datum: MetricDatum, member: string): void {
  const { MetricName, Dimensions = [], Unit, StorageResolution } = datum;
  if (MetricName.length === 0) throw missingParameter(`The parameter ${member}.MetricName is required.`);
  if (MetricName.length > MAX_NAME_LENGTH) throw tooLong(`${member}.MetricName`, MAX_NAME_LENGTH);
  if (Dimensions.length > MAX_DIMENSIONS)
    throw tooMany(`${member}.Dimensions`, MAX_DIMENSIONS, Dimensions.length);
  const names = new Set<string>();
  for (const [index, { Name, Value }] of Dimensions.entries()) {
    const place = `${member}.Dimensions.member.${index + 1}`;
    if (Name.trim().length === 0) throw missingParameter(`The parameter ${place}.Name is required.`);
    if (Value.trim().length === 0) throw missingParameter(`The parameter ${place}.Value is required.`);
    if (Name.length > MAX_NAME_LENGTH) throw tooLong(`${place}.Name`, MAX_NAME_LENGTH);
    if (Value.length > MAX_DIMENSION_VALUE_LENGTH)
      throw tooLong(`${place}.Value`, MAX_DIMENSION_VALUE_LENGTH);
    if (Name.startsWith(':'))
      throw invalidParameterValue(`The value ${Name} for parameter ${place}.Name is invalid.`);
    if (names.has(Name))
      throw invalidParameterValue(`The dimension ${Name} is given twice in ${member}.Dimensions.`);
    names.add(Name);
  }
  if (Unit !== undefined && !UNITS.has(Unit)) {
    throw invalidParameterValue(`The value ${Unit} for parameter ${member}.Unit is invalid.`);
  }
  if (StorageResolution !== undefined && StorageResolution !== 1 && StorageResolution !== 60) {
    throw invalidParameterValue(`The parameter ${member}.StorageResolution must be 1 or 60.`);
  }
}

/** What a datum adds, or `undefined` when all its counts are zero. */
function readContribution(datum: MetricDatum, member: string): Contribution | undefined {
  const { Value, Values, Counts, StatisticValues } = datum;
  const given = Object.entries({ Value, Values, StatisticValues }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => `${member}.${name}`).join(' and ');
    throw invalidParameterCombination(
      `The parameters ${names} are mutually exclusive and you have specified both.`,
    );
  }
  if (Counts !== undefined && Values === undefined) {
    throw invalidParameterCombination(`The parameter ${member}.Counts needs ${member}.Values.`);
  }
  if (Value !== undefined) {
    checkNumber(Value, `${member}.Value`);
    return { sum: Value, count: 1, min: Value, max: Value, values: [[Value, 1]] };
  }
  if (StatisticValues !== undefined) return readStatisticValues(StatisticValues, `${member}.StatisticValues`);
  if (Values !== undefined) return readValues(Values, Counts, member);
  throw missingParameter(
    `One of ${member}.Value, ${member}.Values and ${member}.StatisticValues is required.`,
  );
}

function readStatisticValues(
  given: NonNullable<MetricDatum['StatisticValues']>,
  member: string,
): Contribution | undefined {
  for (const [name, value] of Object.entries(given)) checkNumber(value, `${member}.${name}`);
  const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = given;
  if (count < 0)
    throw invalidParameterValue(`The value ${count} for parameter ${member}.SampleCount is invalid.`);
  if (min > max) {
    throw invalidParameterValue(
      `The parameter ${member}.Minimum must not be greater than ${member}.Maximum.`,
    );
  }
  return count === 0 ? undefined : { sum, count, min, max, values: undefined };
}

function readValues(
  values: readonly number[],
  counts: readonly number[] | undefined,
  member: string,
): Contribution | undefined {
  if (values.length > MAX_VALUES) throw tooMany(`${member}.Values`, MAX_VALUES, values.length);
  if (values.length === 0) throw missingParameter(`The parameter ${member}.Values is required.`);
  if (counts !== undefined && counts.length !== values.length) {
    throw invalidParameterValue(
      `The parameters ${member}.Values and ${member}.Counts must be of the same size: ` +
        `${values.length} and ${counts.length} came.`,
    );
  }
  const pairs: [number, number][] = [];
  let [sum, count, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [index, value] of values.entries()) {
    const times = counts?.[index] ?? 1;
    checkNumber(value, `${member}.Values.member.${index + 1}`);
    checkNumber(times, `${member}.Counts.member.${index + 1}`);
    if (times < 0)
      throw invalidParameterValue(`The value ${times} for parameter ${member}.Counts is invalid.`);
    if (times === 0) continue;
    pairs.push([value, times]);
    sum += value * times;
    count += times;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return count === 0 ? undefined : { sum, count, min, max, values: pairs };
}

function checkNumber(value: number, parameter: string): void {
  if (Number.isFinite(value) && Math.abs(value) <= MAX_VALUE) return;
  throw invalidParameterValue(`The value ${value} for parameter ${parameter} is invalid.`);
}

function tooMany(parameter: string, limit: number, came: number): Error {
  return invalidParameterValue(
    `The collection ${parameter} must not have a size greater than ${limit}; ${came} came.`,
  );
}

function tooLong(parameter: string, limit: number): Error {
  return invalidParameterValue(`The parameter ${parameter} must be shorter than ${limit + 1} characters.`);
}
