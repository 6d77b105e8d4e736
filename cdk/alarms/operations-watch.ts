import type { IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Severity } from '#core/names.ts';
import { describeOwnAlarm } from '#core/slo/words/own-alarms.ts';
import type { Notifications } from '../pipeline/notifications.ts';
import { createAlarm, type Explanation } from './alarm.ts';

/** What alarms about Assay itself share. */
export interface Operations {
  readonly stage: string;
  /** Who runs Assay itself. */
  readonly owner: string;
  /** Address of the runbook. */
  readonly runbook: string;
  readonly notifications: Notifications;
}

export interface Watch extends Pick<Explanation, 'measures' | 'means' | 'firstStep'> {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly below?: boolean;
  readonly periods?: number;
  readonly needed?: number;
  readonly missing: TreatMissingData;
  readonly severity?: Severity;
  /** Of the runbook; the alarm's own name where absent. */
  readonly section?: string;
}

/** Makes an alarm about Assay itself: a ticket unless told otherwise. */
export function watchOperations(
  scope: Construct,
  { stage, owner, runbook, notifications }: Operations,
  name: string,
  { measures, means, firstStep, severity = 'ticket', section = name, ...settings }: Watch,
): void {
  createAlarm(scope, name, {
    name: `assay-${stage}-operations-${name}`,
    explanation: {
      plain: plainSentence(name),
      measures,
      means,
      firstStep,
      owner,
      runbook: `${runbook}#${section}`,
    },
    severity,
    notifications,
    ...settings,
  });
}

/** The first thing that is read of an alarm that watches no objective. @throws Error of an alarm that has no words yet */
export function plainSentence(name: string): string {
  const words = describeOwnAlarm(name);
  if (words === undefined)
    throw new Error(
      `The alarm "${name}" has no plain sentence; write it in src/core/slo/words/own-alarms.ts.`,
    );
  return words.plain;
}
