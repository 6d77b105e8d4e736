import { Duration } from 'aws-cdk-lib';
import {
  Application,
  DeploymentStrategy,
  Environment,
  Monitor,
  RolloutStrategy,
} from 'aws-cdk-lib/aws-appconfig';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface GuardedConfigurationProps {
  /** Names of Assay's rollback alarms, such as `assay-prod-agent-quality-judge-pass-rollback`. */
  readonly rollbackAlarms: readonly string[];
}

/** An environment whose deployments of prompts and flags are taken back when a rollback alarm fires. */
export class GuardedConfiguration extends Construct {
  readonly environment: Environment;
  readonly strategy: DeploymentStrategy;

  constructor(scope: Construct, id: string, { rollbackAlarms }: GuardedConfigurationProps) {
    super(scope, id);
    const role = new Role(this, 'AlarmRole', {
      assumedBy: new ServicePrincipal('appconfig.amazonaws.com'),
    });
    // DescribeAlarms knows no single alarm as a resource.
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    this.environment = new Environment(this, 'Environment', {
      application: new Application(this, 'Application'),
      monitors: rollbackAlarms.map((name) =>
        Monitor.fromCloudWatchAlarm(Alarm.fromAlarmName(this, name, name), role),
      ),
    });
    this.strategy = new DeploymentStrategy(this, 'Strategy', {
      rolloutStrategy: RolloutStrategy.linear({
        growthFactor: 20,
        deploymentDuration: Duration.minutes(30),
        // After the last step too: a rollback row's long window is an hour.
        finalBakeTime: Duration.minutes(30),
      }),
    });
  }
}
