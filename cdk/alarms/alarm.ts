import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What the person who is woken reads first. Whole sentences. */
export interface Explanation {
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
  /** Periods in a row that must breach; 1 unless told otherwise. */
  readonly periods?: number;
  readonly missing: TreatMissingData;
  /** Told of the alarm and of its end. */
  readonly topic: ITopic;
}

/** CloudWatch's limit of a description. */
const maxDescription = 1024;

export function createAlarm(scope: Construct, id: string, settings: AlarmSettings): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmName: settings.name,
    alarmDescription: descriptionOf(settings.explanation),
    metric: settings.metric,
    threshold: settings.threshold,
    comparisonOperator: settings.below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: settings.periods ?? 1,
    treatMissingData: settings.missing,
  });
  const action = new SnsAction(settings.topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}

/** An explanation as an alarm's description. Owner and runbook stay whole where the text must be cut. */
export function descriptionOf({ measures, means, firstStep, owner, runbook }: Explanation): string {
  const text = `${measures} ${means} First step: ${firstStep}`;
  const close = `\nOwner: ${owner}\nRunbook: ${runbook}`;
  const room = maxDescription - close.length;
  return (text.length <= room ? text : `${text.slice(0, room - 1)}…`) + close;
}
