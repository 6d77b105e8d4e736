import type { AlarmState } from './alarm-rule.ts';

export const comparisonOperators = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const missingDataTreatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

/** A threshold over M (`datapointsToAlarm`) of the last N (`evaluationPeriods`) points. */
export interface ThresholdRule {
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingDataTreatment;
}

/** The state a rule comes to, and how many of the points looked at breached; `retain` keeps the state as it is. */
export interface ThresholdDecision {
  readonly state: AlarmState | 'retain';
  readonly breaching: readonly number[];
  readonly present: number;
}

const EXTRA_PERIODS = 2;

/**
 * How many periods CloudWatch looks back over: more than it evaluates, so that late or absent points do not decide.
 * AWS gives no formula; its documented example has 5 for 3.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/**
 * Decides an alarm's state from the points of its evaluation range, oldest first, `undefined` where missing.
 *
 * As the CloudWatch User Guide has it ("Configuring how CloudWatch alarms treat missing data"): with N points present
 * the latest N decide and the treatment is not looked at. With fewer, `breaching` and `notBreaching` fill the gap;
 * `missing` and `ignore` go by what is there, except that when only breaching points are there, too few for M, `ignore`
 * keeps the state and `missing` alarms once the oldest of them is M periods old (the premature-alarm rule).
 */
export function decideThreshold(
  rule: ThresholdRule,
  points: readonly (number | undefined)[],
): ThresholdDecision {
  const present = points.filter((point) => point !== undefined).slice(-rule.evaluationPeriods);
  const breaching = present.filter((point) => compare(point, rule.comparison, rule.threshold));
  const decide = (state: AlarmState | 'retain'): ThresholdDecision => ({
    state,
    breaching,
    present: present.length,
  });

  if (breaching.length >= rule.datapointsToAlarm) return decide('ALARM');
  const absent = rule.evaluationPeriods - present.length;
  if (absent === 0 || rule.treatMissingData === 'notBreaching') return decide('OK');
  if (rule.treatMissingData === 'breaching') {
    return decide(breaching.length + absent >= rule.datapointsToAlarm ? 'ALARM' : 'OK');
  }
  const onlyBreaching = breaching.length === present.length;
  if (!onlyBreaching) return decide('OK');
  if (rule.treatMissingData === 'ignore') return decide('retain');
  if (present.length === 0) return decide('INSUFFICIENT_DATA');
  const oldestAge = points.length - points.findIndex((point) => point !== undefined);
  return decide(oldestAge >= rule.datapointsToAlarm ? 'ALARM' : 'OK');
}

/** Whether a value breaches. */
export function compare(value: number, comparison: ComparisonOperator, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}
