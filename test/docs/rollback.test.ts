import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Version } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { inProcess } from '#cdk/synthesize.ts';
import { GuardedConfiguration } from '../../examples/rollback-appconfig.ts';
import { GuardedDeployment } from '../../examples/rollback-codedeploy.ts';
import { alarmsOf } from '../support/read-template.ts';
import { shippedCatalogue } from '../support/shipped.ts';
import { templatesOf } from '../support/templates.ts';

/** The examples of docs/rollback.md, with the alarms that the shipped SLO files really make. */
const names = alarmsOf(await templatesOf(await shippedCatalogue(), 'prod')).map(({ properties }) =>
  String(properties.AlarmName),
);
const rollbackAlarms = names.filter((name) => name.endsWith('-rollback'));
const arnOf = (name: string) => ({
  'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:alarm:${name}$`)])],
});

describe('rollback alarms', () => {
  it('bear the names that the document gives', () => {
    expect(rollbackAlarms).toContain('assay-prod-agent-quality-judge-pass-rollback');
  });

  it('stop and take back a CodeDeploy deployment', () => {
    const stack = new Stack(new App(inProcess), 'Mine');
    const version = Version.fromVersionArn(
      stack,
      'Version',
      'arn:aws:lambda:eu-central-1:111122223333:function:mine:7',
    );
    const alias = new Alias(stack, 'Live', { aliasName: 'live', version });
    new GuardedDeployment(stack, 'Guarded', { alias, rollbackAlarms });
    Template.fromStack(stack).hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, Alarms: rollbackAlarms.map((Name) => ({ Name })) },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: Match.arrayWith(['DEPLOYMENT_STOP_ON_ALARM']),
      },
    });
  });

  it('are monitors of an AppConfig environment', () => {
    const stack = new Stack(new App(inProcess), 'Mine');
    new GuardedConfiguration(stack, 'Guarded', { rollbackAlarms });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::AppConfig::Environment', {
      Monitors: rollbackAlarms.map((name) => ({
        AlarmArn: arnOf(name),
        AlarmRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^GuardedAlarmRole'), 'Arn'] },
      })),
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Action: 'cloudwatch:DescribeAlarms', Effect: 'Allow', Resource: '*' }],
      },
    });
  });
});
