/** What holds a composite alarm's actions back, as CloudWatch names it in `ActionsSuppressedBy`. */
export type Suppression = 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod';

/** The times (epoch milliseconds) and lengths (seconds) that decide. */
export interface SuppressionFacts {
  readonly suppressorInAlarm: boolean;
  /** When the suppressor last left ALARM. */
  readonly suppressorLeftAlarmAt: number | undefined;
  /** When the composite alarm went into ALARM; `undefined` while it is in another state. */
  readonly enteredAlarmAt: number | undefined;
  readonly now: number;
  readonly waitSeconds: number;
  readonly extensionSeconds: number;
}

/**
 * Whether a composite alarm's actions are held: while its suppressor is in ALARM, for the extension period after that,
 * and for the wait period after the alarm itself went into ALARM, in which the suppressor may follow.
 */
export function findSuppression(facts: SuppressionFacts): Suppression | undefined {
  if (facts.suppressorInAlarm) return 'Alarm';
  const { suppressorLeftAlarmAt: left, enteredAlarmAt: entered, now } = facts;
  if (left !== undefined && now - left < facts.extensionSeconds * 1000) return 'ExtensionPeriod';
  if (entered !== undefined && now - entered < facts.waitSeconds * 1000) return 'WaitPeriod';
  return undefined;
}
