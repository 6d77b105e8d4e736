import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { isUrgent, type Severity } from '#core/names.ts';
import type { Notifications } from '../pipeline/notifications.ts';

/** What the person who is woken reads first. Whole sentences. */
export interface Explanation {
  /** A sentence for everybody, before what is measured; absent of an SLO, whose event carries its own. */
  readonly plain?: string;
  readonly measures: string;
  /** What the threshold stands for. */
  readonly means: string;
  readonly firstStep: string;
  readonly owner: string;
  /** Address of the runbook's section. */
  readonly runbook: string;
}

export interface AlarmSettings {
  readonly name: string;
  readonly explanation: Explanation;
  readonly metric: IMetric;
  readonly threshold: number;
  /** At or over the threshold unless told otherwise. */
  readonly below?: boolean;
  /** Over the threshold, and not at it. */
  readonly over?: boolean;
  /** Periods in a row that must breach; 1 unless told otherwise. */
  readonly periods?: number;
  /** So many of these periods must breach; all unless told otherwise. */
  readonly needed?: number;
  readonly missing: TreatMissingData;
  /** Whose topic is told of the alarm; of its end too where somebody is to act at once. */
  readonly severity: Severity;
  readonly notifications: Notifications;
}

/** CloudWatch's limit of a description. */
const maxDescription = 1024;

export function createAlarm(scope: Construct, id: string, settings: AlarmSettings): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmName: settings.name,
    alarmDescription: descriptionOf(settings.explanation),
    metric: settings.metric,
    threshold: settings.threshold,
    comparisonOperator: comparisonOf(settings),
    evaluationPeriods: settings.periods ?? 1,
    ...(settings.needed !== undefined && { datapointsToAlarm: settings.needed }),
    treatMissingData: settings.missing,
  });
  const action = new SnsAction(settings.notifications.topic(settings.severity));
  alarm.addAlarmAction(action);
  // A pager closes its page by it. A new alarm's first OK is told by it as well, and of those most are tickets.
  if (isUrgent(settings.severity)) alarm.addOkAction(action);
  return alarm;
}

function comparisonOf({ below, over }: AlarmSettings): ComparisonOperator {
  if (below === true) return ComparisonOperator.LESS_THAN_THRESHOLD;
  return over === true
    ? ComparisonOperator.GREATER_THAN_THRESHOLD
    : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
}

/** An explanation as an alarm's description. Owner and runbook stay whole where the text must be cut. */
export function descriptionOf({ plain, measures, means, firstStep, owner, runbook }: Explanation): string {
  const text = `${plain === undefined ? '' : `${plain}\n`}${measures} ${means} First step: ${firstStep}`;
  const close = `\nOwner: ${owner}\nRunbook: ${runbook}`;
  const room = maxDescription - close.length;
  return (text.length <= room ? text : `${text.slice(0, room - 1)}…`) + close;
}
