import { describe, expect, it } from 'vitest';
import { readSettings, settingsWarnings } from '#cdk/stage/settings.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { shippedThroughput } from '#core/throughput.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { constructStage } from '../support/construct-stage.ts';
import {
  alarmsOf,
  list,
  type Properties,
  resource,
  resourcesOf,
  statementsOf,
} from '../support/read-template.ts';

const stageWith = (chosen: Readonly<Record<string, string>>) =>
  synthesizeTemplate(testCatalogue(), 'test', chosen).template;
const read = (flags: Readonly<Record<string, string>>) => readSettings((name) => flags[name]);

describe('settings of a deployment', () => {
  it.each([
    ['retain', 'perhaps', 'wanted true or false; got "perhaps"'],
    ['terminationProtection', 'yes', 'wanted true or false'],
    ['deletionProtection', 'yes', 'wanted true or false'],
    ['tracing', 'true', 'wanted on or off'],
    ['judgeConcurrency', '1', 'wanted a whole number from 2 to 1000'],
    ['judgeBatch', '11', 'wanted a whole number from 1 to 10'],
    ['samplerConcurrency', '2.5', 'wanted a whole number from 2 to 1000'],
    ['samplerBatch', '0', 'wanted a whole number from 1 to 10000'],
    ['samplerWindow', '301', 'wanted a whole number from 0 to 300'],
    ['evaluators', '21', 'wanted a whole number from 1 to 20'],
    ['keyArn', 'alias/mine', 'wanted the ARN of a KMS key'],
    ['senders', '12345', 'wanted account numbers of 12 digits or organisations'],
    ['tags', 'aws:x=y', 'wanted key=value pairs'],
    ['account', '123', 'wanted an account number of 12 digits'],
    ['region', 'Frankfurt', 'wanted a region such as eu-central-1'],
    ['subnetIds', 'subnet-1', 'wanted ids of subnets'],
    ['seriesTable', 'a/b', 'wanted the name of a table'],
  ])('-c %s=%s is refused, with what was wanted', (name, value, fault) => {
    const reading = read({ [name]: value });
    expect(reading.ok ? [] : reading.faults).toContainEqual(expect.stringContaining(`-c ${name}: ${fault}`));
  });

  it.each([
    [{ account: '111122223333' }, '-c region'],
    [{ region: 'eu-central-1' }, '-c account'],
    [{ vpcId: 'vpc-0123456789abcdef0' }, '-c subnetIds'],
    [{ subnetIds: 'subnet-0123456789abcdef0' }, '-c vpcId'],
    [{ judgementTable: 'a-table', seriesTable: 'another' }, '-c ratingTable'],
  ])('%o lacks %s', (flags, lacking) => {
    const reading = read(flags as unknown as Record<string, string>);
    expect(reading.ok ? [] : reading.faults).toEqual([expect.stringContaining(lacking)]);
  });

  it('warn of a stage that keeps its data and is not pinned to an account', () => {
    const warnings = (flags: Record<string, string>) => {
      const reading = read(flags);
      if (!reading.ok) throw new Error(reading.faults.join());
      return settingsWarnings(reading.settings);
    };
    expect(warnings({ stage: 'prod' })).toEqual([expect.stringContaining('-c account=')]);
    expect(warnings({ stage: 'dev' })).toEqual([]);
    expect(warnings({ stage: 'prod', account: '111122223333', region: 'eu-central-1' })).toEqual([]);
  });

  it('pin, guard and tag', () => {
    const pinned = constructStage(testCatalogue(), 'prod', {
      account: '111122223333',
      region: 'eu-central-1',
      tags: 'team=answers',
    }).stack;
    expect(pinned).toMatchObject({
      account: '111122223333',
      region: 'eu-central-1',
      terminationProtection: true,
    });
    expect(constructStage(testCatalogue(), 'dev', {}).stack.terminationProtection).toBe(false);
    const tags = (chosen: Record<string, string>, type: string) =>
      resourcesOf(stageWith(chosen), type).map(({ properties }) => properties.Tags);
    for (const type of ['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::SQS::Queue'])
      for (const found of tags({ tags: 'team=answers' }, type))
        expect(found).toEqual([
          { Key: 'assay-stage', Value: 'test' },
          { Key: 'team', Value: 'answers' },
        ]);
    expect(tags({ tags: 'team=answers' }, 'AWS::KMS::Key')).toEqual([undefined]);
  });

  it('set how much is worked on at once', () => {
    const sources = (chosen: Record<string, string>) => {
      const found = resourcesOf(stageWith(chosen), 'AWS::Lambda::EventSourceMapping');
      return Object.fromEntries(
        found.map(({ id, properties }) => [id.startsWith('Intake') ? 'sampler' : 'judge', properties]),
      );
    };
    expect(sources({})).toMatchObject({
      sampler: {
        BatchSize: shippedThroughput.samplerBatch,
        MaximumBatchingWindowInSeconds: shippedThroughput.samplerWindow,
        ScalingConfig: { MaximumConcurrency: shippedThroughput.samplerConcurrency },
      },
      judge: {
        BatchSize: shippedThroughput.judgeBatch,
        ScalingConfig: { MaximumConcurrency: shippedThroughput.judgeConcurrency },
      },
    });
    const chosen = {
      samplerBatch: '500',
      samplerWindow: '60',
      samplerConcurrency: '2',
      judgeBatch: '5',
      judgeConcurrency: '40',
    };
    expect(sources(chosen)).toMatchObject({
      sampler: {
        BatchSize: 500,
        MaximumBatchingWindowInSeconds: 60,
        ScalingConfig: { MaximumConcurrency: 2 },
      },
      judge: { BatchSize: 5, ScalingConfig: { MaximumConcurrency: 40 } },
    });
  });

  it('encrypt tables, bucket, queues, logs and the judge’s key with one’s own key, and let functions use it', () => {
    const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const template = stageWith({ keyArn });
    const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
    const all = (type: string) =>
      resourcesOf(template, type).map(({ properties }) => JSON.stringify(properties));
    for (const type of [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::SQS::Queue',
      'AWS::Logs::LogGroup',
      'AWS::SecretsManager::Secret',
    ]) {
      expect(all(type).length).toBeGreaterThan(0);
      for (const properties of all(type)) expect(properties, type).toContain(id);
    }
    const using = [
      ...resourcesOf(template, 'AWS::IAM::Policy'),
      ...resourcesOf(template, 'AWS::IAM::ManagedPolicy'),
    ].filter(({ properties }) =>
      statementsOf(properties.PolicyDocument).some(
        ({ Action, Resource }) => list(Action).includes('kms:Decrypt') && Resource === keyArn,
      ),
    );
    // Four functions; senders, readers, raters, operators and erasers.
    expect(using.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'IntakeSamplerRoleDefaultPolicy',
      'IntakeSenderPolicy',
      'JudgingJudgeRoleDefaultPolicy',
      'PeopleEraserPolicy',
      'PeopleOperatorPolicy',
      'PeopleRaterPolicy',
      'PeopleReaderPolicy',
      'RatingIntakeRatingsRoleDefaultPolicy',
      'SloEvaluationSloEvaluatorRoleDefaultPolicy',
    ]);
  });

  it('put the functions into a VPC, with a security group that lets HTTPS out where none is named', () => {
    const network = { vpcId: 'vpc-0123456789abcdef0', subnetIds: 'subnet-0123456789abcdef0' };
    const template = stageWith(network);
    const group = resource(template, 'AWS::EC2::SecurityGroup', 'NetworkHttpsOut');
    expect(group.properties.SecurityGroupEgress).toMatchObject([{ FromPort: 443, ToPort: 443 }]);
    for (const { properties } of resourcesOf(template, 'AWS::Lambda::Function'))
      expect(properties.VpcConfig).toEqual({
        SubnetIds: ['subnet-0123456789abcdef0'],
        SecurityGroupIds: [{ 'Fn::GetAtt': [group.id, 'GroupId'] }],
      });
    const named = stageWith({ ...network, securityGroupIds: 'sg-0123456789abcdef0' });
    expect(resourcesOf(named, 'AWS::EC2::SecurityGroup')).toEqual([]);
    expect(JSON.stringify(resourcesOf(named, 'AWS::IAM::Policy'))).toContain('ec2:CreateNetworkInterface');
  });

  it('trace every function, with the right to', () => {
    const template = stageWith({ tracing: 'on' });
    for (const { properties } of resourcesOf(template, 'AWS::Lambda::Function'))
      expect(properties.TracingConfig).toEqual({ Mode: 'Active' });
    const rights = resourcesOf(template, 'AWS::IAM::Policy').filter(({ properties }) =>
      JSON.stringify(properties).includes('xray:PutTraceSegments'),
    );
    expect(rights).toHaveLength(4);
  });

  it('let other accounts and an organisation send, and nobody else', () => {
    const template = stageWith({ senders: '444455556666,o-a1b2c3d4e5' });
    const policy = resource(template, 'AWS::SQS::QueuePolicy', 'IntakeResponseQueuePolicy');
    const allowed = statementsOf(policy.properties.PolicyDocument).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toMatchObject([
      { Action: 'sqs:SendMessage' },
      { Action: 'sqs:SendMessage', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } },
    ]);
    expect(JSON.stringify(allowed[0]?.Principal)).toContain(':iam::444455556666:root');
  });

  it('spread the surfaces over several evaluators, each with its share, schedule and alarms', () => {
    const synthesis = synthesizeTemplate(testCatalogue(), 'test', { evaluators: '3' });
    const { template } = synthesis;
    const evaluators = resourcesOf(template, 'AWS::Lambda::Function').filter(({ id }) =>
      id.startsWith('SloEvaluation'),
    );
    const shares = evaluators.map(
      ({ properties }) =>
        (properties.Environment as { Variables: Properties }).Variables.ASSAY_EVALUATOR_SHARE,
    );
    expect(shares).toEqual(['1/3', '2/3', '3/3']);
    const called = resourcesOf(template, 'AWS::Scheduler::Schedule').map(
      ({ properties }) => (properties.Target as { Arn: { 'Fn::GetAtt': [string] } }).Arn['Fn::GetAtt'][0],
    );
    expect(called.filter((id) => !id.startsWith('Rating'))).toEqual(evaluators.map(({ id }) => id));
    const silent = alarmsOf(synthesis).filter(({ properties }) =>
      /evaluator(-\d)?-silent$/.test(String(properties.AlarmName)),
    );
    expect(silent.map(({ properties }) => JSON.stringify(properties.Metrics).match(/\d\/3/)?.[0])).toEqual([
      '1/3',
      '2/3',
      '3/3',
    ]);
    expect(resource(stageWith({}), 'AWS::Lambda::Function', 'SloEvaluationSloEvaluator').id).toBe(
      evaluators[0]?.id,
    );
  });

  it('address the console of the partition', () => {
    const template = stageWith({});
    expect(JSON.stringify(template.Outputs?.DashboardAddress?.Value)).toContain('Fn::FindInMap');
    expect(JSON.stringify(template)).toContain('console.amazonaws.cn');
    expect(JSON.stringify(template)).toContain('console.amazonaws-us-gov.com');
  });
});
