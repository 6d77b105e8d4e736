import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface GuardedDeploymentProps {
  /** The alias that serves your users. */
  readonly alias: Alias;
  /** Names of Assay's rollback alarms, such as `assay-prod-agent-quality-judge-pass-rollback`. */
  readonly rollbackAlarms: readonly string[];
}

/** Shifts traffic to a new version step by step, and back to the old one when a rollback alarm fires. */
export class GuardedDeployment extends Construct {
  constructor(scope: Construct, id: string, { alias, rollbackAlarms }: GuardedDeploymentProps) {
    super(scope, id);
    new LambdaDeploymentGroup(this, 'Group', {
      alias,
      // A rollback row looks at 5 minutes and wants 50 events: give the first step the time to have them.
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
      alarms: rollbackAlarms.map((name) => Alarm.fromAlarmName(this, name, name)),
      autoRollback: { deploymentInAlarm: true, failedDeployment: true },
    });
  }
}
