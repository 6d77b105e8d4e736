import {
  type CloudWatchClient,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';

export interface AlarmStanding {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** ISO 8601; since when it is in this state. */
  readonly since: string;
  readonly reason: string;
  /** Of the metric that it watches; undefined for metric math. */
  readonly namespace: string | undefined;
}

/** Alarms whose names begin so, in their present states. */
export async function readAlarms(cloudwatch: CloudWatchClient, prefix: string): Promise<AlarmStanding[]> {
  const found: AlarmStanding[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client: cloudwatch },
    { AlarmNamePrefix: prefix },
  )) {
    for (const alarm of MetricAlarms) {
      const changed = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
      found.push({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        since: changed?.toISOString() ?? '',
        reason: alarm.StateReason ?? '',
        namespace: alarm.Namespace,
      });
    }
  }
  return found;
}

export interface AlarmChange {
  readonly alarm: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly to: 'OK' | 'ALARM';
}

/**
 * When an alarm went on and off between two instants, the oldest first. CloudWatch keeps 30 days. Changes to and from
 * "no data yet" are no news.
 */
export async function readAlarmChanges(
  cloudwatch: CloudWatchClient,
  alarm: string,
  from: number,
  to: number,
): Promise<AlarmChange[]> {
  const changes: AlarmChange[] = [];
  const pages = paginateDescribeAlarmHistory(
    { client: cloudwatch, pageSize: 100 },
    {
      AlarmName: alarm,
      HistoryItemType: 'StateUpdate',
      StartDate: new Date(from),
      EndDate: new Date(to),
      ScanBy: 'TimestampAscending',
    },
  );
  for await (const { AlarmHistoryItems = [] } of pages) {
    for (const { Timestamp, HistoryData = '{}' } of AlarmHistoryItems) {
      const states = JSON.parse(HistoryData) as {
        oldState?: { stateValue?: string };
        newState?: { stateValue?: string };
      };
      const before = states.oldState?.stateValue === 'ALARM';
      const after = states.newState?.stateValue === 'ALARM';
      if (Timestamp !== undefined && before !== after)
        changes.push({ alarm, at: Timestamp.getTime(), to: after ? 'ALARM' : 'OK' });
    }
  }
  return changes;
}
