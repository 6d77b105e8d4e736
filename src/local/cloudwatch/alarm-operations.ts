import * as z from 'zod';
import {
  type AwsOperation,
  awsTimestamp,
  defineOperation,
  toAwsTimestamp,
} from '#local/aws/aws-json-server.ts';
import { compositeAlarmDefinition, metricAlarmDefinition } from './alarm-definition.ts';
import type { AlarmRecord } from './alarm-record.ts';
import { alarmStates } from './alarm-rule.ts';
import type { AlarmStore, HistoryEntry } from './alarm-store.ts';
import { validationError } from './errors.ts';
import { cutPage } from './paging.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

const alarmTypes = z.array(z.enum(['MetricAlarm', 'CompositeAlarm', 'LogAlarm']));
const alarmNames = z.array(z.string().min(1)).max(100);
const pageSize = z.number().int().min(1).max(MAX_PAGE).optional();

const describeAlarms = z.strictObject({
  AlarmNames: alarmNames.optional(),
  AlarmNamePrefix: z.string().min(1).optional(),
  AlarmTypes: alarmTypes.optional(),
  StateValue: z.enum(alarmStates).optional(),
  ActionPrefix: z.string().min(1).optional(),
  MaxRecords: pageSize,
  NextToken: z.string().optional(),
});

const describeAlarmHistory = z.strictObject({
  AlarmName: z.string().min(1).optional(),
  AlarmTypes: alarmTypes.optional(),
  HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
  StartDate: awsTimestamp.optional(),
  EndDate: awsTimestamp.optional(),
  MaxRecords: pageSize,
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
});

const setAlarmState = z.strictObject({
  AlarmName: z.string().min(1),
  StateValue: z.enum(alarmStates),
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).optional(),
});

const namedAlarms = z.strictObject({ AlarmNames: alarmNames });

/** Region and account that stand in the alarms' ARNs. */
export interface AlarmAccount {
  readonly region: string;
  readonly account: string;
}

/** The ARN of an alarm. */
export function alarmArn({ region, account }: AlarmAccount, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

/** CloudWatch's operations on alarms. `now` is the simulated time of changes that calls make. */
export function alarmOperations(
  alarms: AlarmStore,
  account: AlarmAccount,
  now: () => Date,
): Record<string, AwsOperation> {
  const define = <Schema extends z.ZodType>(schema: Schema, answer: (input: z.output<Schema>) => unknown) =>
    defineOperation(schema, validationError, answer);
  return {
    PutMetricAlarm: define(metricAlarmDefinition, (definition) =>
      alarms.put({ kind: 'metric', definition }, now()),
    ),
    PutCompositeAlarm: define(compositeAlarmDefinition, (definition) =>
      alarms.put({ kind: 'composite', definition }, now()),
    ),
    DeleteAlarms: define(namedAlarms, ({ AlarmNames }) => alarms.remove(AlarmNames)),
    EnableAlarmActions: define(namedAlarms, ({ AlarmNames }) => alarms.enableActions(AlarmNames, true)),
    DisableAlarmActions: define(namedAlarms, ({ AlarmNames }) => alarms.enableActions(AlarmNames, false)),
    SetAlarmState: define(setAlarmState, (input) =>
      alarms.setState(input.AlarmName, input.StateValue, input.StateReason, input.StateReasonData, now()),
    ),
    DescribeAlarms: define(describeAlarms, (input) => answerAlarms(alarms, account, input)),
    DescribeAlarmHistory: define(describeAlarmHistory, (input) => answerHistory(alarms, input)),
  };
}

function answerAlarms(
  alarms: AlarmStore,
  account: AlarmAccount,
  input: z.output<typeof describeAlarms>,
): unknown {
  const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix } = input;
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw validationError('AlarmNames and AlarmNamePrefix exclude each other');
  }
  // CloudWatch leaves composite alarms out unless they are asked for.
  const types = input.AlarmTypes ?? ['MetricAlarm'];
  const found = alarms.list().filter(({ source, status }) => {
    const {
      AlarmName: name,
      AlarmActions = [],
      OKActions = [],
      InsufficientDataActions = [],
    } = source.definition;
    if (!types.includes(typeOf(source.kind))) return false;
    if (AlarmNames !== undefined && !AlarmNames.includes(name)) return false;
    if (AlarmNamePrefix !== undefined && !name.startsWith(AlarmNamePrefix)) return false;
    if (StateValue !== undefined && status.state !== StateValue) return false;
    const actions = [...AlarmActions, ...OKActions, ...InsufficientDataActions];
    return ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix));
  });
  const page = cutPage(found, input.NextToken, input.MaxRecords ?? DEFAULT_PAGE);
  const describe = (kind: AlarmRecord['source']['kind']): unknown[] =>
    page.items.filter(({ source }) => source.kind === kind).map((record) => describeAlarm(record, account));
  return {
    MetricAlarms: describe('metric'),
    CompositeAlarms: describe('composite'),
    NextToken: page.nextToken,
  };
}

function describeAlarm({ source, status }: AlarmRecord, account: AlarmAccount): unknown {
  const { Tags: _tags, ...definition } = source.definition;
  const transitionedAt = toAwsTimestamp(new Date(status.transitionedAt));
  const described = {
    ActionsEnabled: true,
    AlarmActions: [],
    OKActions: [],
    InsufficientDataActions: [],
    ...definition,
    AlarmArn: alarmArn(account, definition.AlarmName),
    AlarmConfigurationUpdatedTimestamp: toAwsTimestamp(new Date(status.configuredAt)),
    StateValue: status.state,
    StateReason: status.reason,
    StateReasonData: status.reasonData,
    StateUpdatedTimestamp: transitionedAt,
    StateTransitionedTimestamp: transitionedAt,
  };
  return source.kind === 'metric'
    ? { Dimensions: source.definition.Metrics === undefined ? [] : undefined, ...described }
    : { ...described, ActionsSuppressedBy: status.suppressedBy };
}

function answerHistory(alarms: AlarmStore, input: z.output<typeof describeAlarmHistory>): unknown {
  const { AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate } = input;
  const found = alarms.history.filter(
    (entry) =>
      (AlarmName === undefined || entry.alarm === AlarmName) &&
      (AlarmTypes === undefined || AlarmTypes.includes(typeOf(entry.kind))) &&
      (HistoryItemType === undefined || entry.type === HistoryItemType) &&
      (StartDate === undefined || entry.at >= StartDate.getTime()) &&
      (EndDate === undefined || entry.at <= EndDate.getTime()),
  );
  if (input.ScanBy !== 'TimestampAscending') found.reverse();
  const page = cutPage(found, input.NextToken, input.MaxRecords ?? MAX_PAGE);
  return { AlarmHistoryItems: page.items.map(describeEntry), NextToken: page.nextToken };
}

function describeEntry(entry: HistoryEntry): unknown {
  return {
    AlarmName: entry.alarm,
    AlarmType: typeOf(entry.kind),
    Timestamp: toAwsTimestamp(new Date(entry.at)),
    HistoryItemType: entry.type,
    HistorySummary: entry.summary,
    HistoryData: entry.data,
  };
}

function typeOf(kind: AlarmRecord['source']['kind']): 'MetricAlarm' | 'CompositeAlarm' {
  return kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
}
