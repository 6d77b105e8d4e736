import * as z from 'zod';
import { type AlarmRule, parseAlarmRule } from './alarm-rule.ts';
import {
  compileQueries,
  compileSource,
  findSource,
  metricDataQuery,
  type PeriodReader,
  type QuerySet,
} from './metric-query.ts';
import { plainStatistics, readStatistic } from './metric-statistic.ts';
import { dimension, type MetricStore } from './metric-store.ts';
import { comparisonOperators, missingDataTreatments, type ThresholdRule } from './threshold.ts';

const MAX_ACTIONS = 5;
const MAX_CHILDREN = 100;
const MAX_MATH_METRICS = 10;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 604_800;

const actions = z.array(z.string().min(1).max(1024)).max(MAX_ACTIONS);

const commonFields = {
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().optional(),
  AlarmActions: actions.optional(),
  OKActions: actions.optional(),
  InsufficientDataActions: actions.optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
};

/** The body of PutMetricAlarm, as far as it is served; anything else in it is refused by name. */
export const metricAlarmDefinition = z.strictObject({
  ...commonFields,
  Namespace: z.string().min(1).optional(),
  MetricName: z.string().min(1).optional(),
  Dimensions: z.array(dimension).max(30).optional(),
  Statistic: z.enum(plainStatistics).optional(),
  ExtendedStatistic: z.string().optional(),
  Period: z.number().int().min(1).optional(),
  Unit: z.string().optional(),
  Metrics: z.array(metricDataQuery).min(1).max(20).optional(),
  EvaluationPeriods: z.number().int().min(1),
  DatapointsToAlarm: z.number().int().min(1).optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(comparisonOperators),
  TreatMissingData: z.enum(missingDataTreatments).optional(),
  EvaluateLowSampleCountPercentile: z.literal('evaluate', 'only "evaluate" is supported here').optional(),
  EvaluationWindow: z
    .strictObject({ SlidingWindow: z.looseObject({}) }, 'only SlidingWindow is supported here')
    .optional(),
});
export type MetricAlarmDefinition = z.infer<typeof metricAlarmDefinition>;

/** The body of PutCompositeAlarm, as far as it is served. */
export const compositeAlarmDefinition = z.strictObject({
  ...commonFields,
  AlarmRule: z.string().min(1).max(10_240),
  ActionsSuppressor: z.string().min(1).optional(),
  ActionsSuppressorWaitPeriod: z.number().int().min(0).optional(),
  ActionsSuppressorExtensionPeriod: z.number().int().min(0).optional(),
});
export type CompositeAlarmDefinition = z.infer<typeof compositeAlarmDefinition>;

/** Where a metric alarm's points come from. Minutes are since the epoch. */
export interface AlarmWatch {
  readonly periodMinutes: number;
  /** Reads the values of one range, `undefined` when missing: call it period by period, the oldest first. */
  startReading(store: MetricStore): PeriodReader;
  /** Whether any watched metric has samples in a stretch. */
  hasData(store: MetricStore, from: number, to: number): boolean;
}

export type CompiledMetricAlarm =
  | { readonly ok: true; readonly rule: ThresholdRule; readonly watch: AlarmWatch }
  | { readonly ok: false; readonly message: string };

export type CompiledCompositeAlarm =
  | { readonly ok: true; readonly rule: AlarmRule }
  | { readonly ok: false; readonly message: string };

/** Checks a metric alarm as PutMetricAlarm does and makes it ready; the message says what to change. */
export function compileMetricAlarm(definition: MetricAlarmDefinition): CompiledMetricAlarm {
  const watch = compileWatch(definition);
  if ('message' in watch) return { ok: false, message: watch.message };
  const { EvaluationPeriods: evaluationPeriods } = definition;
  const datapointsToAlarm = definition.DatapointsToAlarm ?? evaluationPeriods;
  if (datapointsToAlarm > evaluationPeriods) {
    return {
      ok: false,
      message: `DatapointsToAlarm (${datapointsToAlarm}) must be at most EvaluationPeriods (${evaluationPeriods})`,
    };
  }
  const periodSeconds = watch.periodMinutes * 60;
  const range = periodSeconds * evaluationPeriods;
  const limit = periodSeconds < HOUR_SECONDS ? DAY_SECONDS : WEEK_SECONDS;
  if (range > limit) {
    return {
      ok: false,
      message:
        `EvaluationPeriods * Period must be at most ${limit} s for a period of ${periodSeconds} s; ` +
        `${evaluationPeriods} * ${periodSeconds} = ${range} came`,
    };
  }
  return {
    ok: true,
    watch,
    rule: {
      comparison: definition.ComparisonOperator,
      threshold: definition.Threshold,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: definition.TreatMissingData ?? defaultTreatment(definition),
    },
  };
}

/** Checks a composite alarm and reads its rule; whether the alarms it names exist is not looked at here. */
export function compileCompositeAlarm(definition: CompositeAlarmDefinition): CompiledCompositeAlarm {
  const parsed = parseAlarmRule(definition.AlarmRule);
  if (!parsed.ok) return parsed;
  const children = parsed.rule.alarms.length;
  if (children > MAX_CHILDREN) {
    return { ok: false, message: `AlarmRule may name ${MAX_CHILDREN} alarms; ${children} came` };
  }
  const { ActionsSuppressor: suppressor } = definition;
  const wait = definition.ActionsSuppressorWaitPeriod;
  const extension = definition.ActionsSuppressorExtensionPeriod;
  if (suppressor !== undefined && (wait === undefined || extension === undefined)) {
    return {
      ok: false,
      message: 'ActionsSuppressor needs ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod',
    };
  }
  return parsed;
}

/** AWS/DynamoDB metrics have gaps by nature, so CloudWatch ignores missing points of theirs unless told. */
function defaultTreatment(definition: MetricAlarmDefinition): ThresholdRule['treatMissingData'] {
  return definition.Namespace === 'AWS/DynamoDB' ? 'ignore' : 'missing';
}

function compileWatch(definition: MetricAlarmDefinition): AlarmWatch | { readonly message: string } {
  const { Metrics, MetricName, Namespace, Period, Statistic, ExtendedStatistic } = definition;
  if (Metrics !== undefined) {
    const single = { Namespace, MetricName, Period, Statistic, ExtendedStatistic, Unit: definition.Unit };
    const both = Object.entries(single).find(([, value]) => value !== undefined);
    return both === undefined
      ? compileMath(Metrics)
      : { message: `Metrics and ${both[0]} exclude each other` };
  }
  if (MetricName === undefined || Namespace === undefined) {
    return { message: 'wants either Metrics, or Namespace and MetricName' };
  }
  if (Period === undefined) return { message: 'Period is required' };
  const statistic = Statistic ?? ExtendedStatistic;
  if (statistic === undefined || (Statistic !== undefined && ExtendedStatistic !== undefined)) {
    return { message: 'wants exactly one of Statistic and ExtendedStatistic' };
  }
  if (ExtendedStatistic !== undefined && !ExtendedStatistic.startsWith('p')) {
    return { message: `ExtendedStatistic ${ExtendedStatistic} is unsupported; use a percentile such as p99` };
  }
  const metric = { namespace: Namespace, name: MetricName, dimensions: definition.Dimensions ?? [] };
  const source = compileSource(metric, statistic, Period, definition.Unit);
  if ('message' in source) return source;
  return {
    periodMinutes: source.periodMinutes,
    startReading: (store) => (from, to) =>
      readStatistic(findSource(store, source), source.statistic, from, to),
    hasData: (store, from, to) => findSource(store, source)?.series.has(from, to) ?? false,
  };
}

function compileMath(
  metrics: NonNullable<MetricAlarmDefinition['Metrics']>,
): AlarmWatch | { readonly message: string } {
  const returned = metrics.filter(({ ReturnData = true }) => ReturnData);
  const [watched] = returned;
  if (watched === undefined || returned.length > 1) {
    return { message: `exactly one of Metrics must have ReturnData true; ${returned.length} have` };
  }
  const compiled = compileQueries(metrics);
  if (!compiled.ok) return { message: compiled.message };
  const { queries } = compiled;
  if (queries.sources.length > MAX_MATH_METRICS) {
    return {
      message: `at most ${MAX_MATH_METRICS} metrics in an alarm's math; ${queries.sources.length} came`,
    };
  }
  if (new Set(queries.sources.map(({ periodMinutes }) => periodMinutes)).size > 1) {
    return { message: 'all Metrics of an alarm must have one period' };
  }
  return toMathWatch(queries, watched.Id);
}

function toMathWatch(queries: QuerySet, id: string): AlarmWatch {
  return {
    periodMinutes: queries.periodOf(id),
    startReading: (store) => queries.startReading(store, id),
    hasData: (store, from, to) =>
      queries.sources.some((source) => findSource(store, source)?.series.has(from, to) ?? false),
  };
}
