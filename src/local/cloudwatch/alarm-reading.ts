import type { AlarmRecord } from './alarm-record.ts';
import type { AlarmRule, AlarmState } from './alarm-rule.ts';
import { type MetricStore, toMinute } from './metric-store.ts';
import { decideThreshold, evaluationRange, type ThresholdDecision, type ThresholdRule } from './threshold.ts';

/** The state an alarm should be in, and why; `retain` keeps the one it has. */
export interface AlarmReading {
  readonly state: AlarmState | 'retain';
  readonly reason: string;
}

/**
 * Reads the state of an alarm at a time.
 *
 * Periods slide with the minute, as CloudWatch's do. The minute that holds `now` counts as soon as it has a point,
 * so that a gauge published at a tick is seen by the evaluation of the same tick.
 */
export function readAlarm(
  { behaviour }: Pick<AlarmRecord, 'behaviour'>,
  store: MetricStore,
  now: Date,
  stateOf: (alarm: string) => AlarmState,
): AlarmReading {
  if (behaviour.kind === 'composite') return readComposite(behaviour.rule, stateOf);
  const { rule, watch } = behaviour;
  const minute = toMinute(now);
  const end = watch.hasData(store, minute, minute + 1) ? minute + 1 : minute;
  const periods = evaluationRange(rule.evaluationPeriods);
  const read = watch.startReading(store);
  const points: (number | undefined)[] = [];
  for (let ago = periods; ago > 0; ago -= 1) {
    const from = end - ago * watch.periodMinutes;
    points.push(read(from, from + watch.periodMinutes));
  }
  const decision = decideThreshold(rule, points);
  return { state: decision.state, reason: explainThreshold(rule, decision) };
}

function readComposite(rule: AlarmRule, stateOf: (alarm: string) => AlarmState): AlarmReading {
  const holds = rule.holds(stateOf);
  const children = rule.alarms.map((alarm) => `${alarm} is ${stateOf(alarm)}`).join(', ');
  const reason = `The rule ${holds ? 'holds' : 'does not hold'}${children === '' ? '' : `: ${children}`}`;
  return { state: holds ? 'ALARM' : 'OK', reason };
}

const COMPARISON_WORDS = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
} as const;

function explainThreshold(rule: ThresholdRule, decision: ThresholdDecision): string {
  const { breaching, present } = decision;
  const missing = rule.evaluationPeriods - present;
  const values = breaching.length === 0 ? '' : ` [${breaching.join(', ')}]`;
  const crossed =
    `${breaching.length} of the last ${present} datapoints${values} ` +
    `${COMPARISON_WORDS[rule.comparison]} the threshold (${rule.threshold}), ` +
    `${rule.datapointsToAlarm} of ${rule.evaluationPeriods} needed for ALARM`;
  if (missing === 0) return crossed;
  return `${crossed}; ${missing} missing, treated as ${rule.treatMissingData}`;
}
