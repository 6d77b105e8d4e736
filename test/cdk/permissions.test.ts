import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { list, resource, resourcesOf, type Statement, statementsOf } from '../support/read-template.ts';

const { template } = synthesizeTemplate(testCatalogue(), 'test');

/** Every statement that gives a role or a sender something. */
const granted = [
  ...resourcesOf(template, 'AWS::IAM::Policy'),
  ...resourcesOf(template, 'AWS::IAM::ManagedPolicy'),
].flatMap(({ id, properties }) =>
  statementsOf(properties.PolicyDocument).map((statement) => ({ id, ...statement })),
);

const actionsOf = ({ Action }: Statement) => list(Action) as string[];

describe('permissions', () => {
  it('name every action', () => {
    expect(granted.length).toBeGreaterThan(10);
    for (const statement of granted) {
      for (const action of actionsOf(statement)) expect(action, statement.id).not.toContain('*');
    }
  });

  const isFolder = (resource: string) => /\/(incoming|reports)\/\*/.test(resource);
  const wide = granted.filter(({ Resource }) =>
    list(Resource).some((one) => JSON.stringify(one).includes('*') && !isFolder(JSON.stringify(one))),
  );

  it('name every resource; PutMetricData, which knows none, is held to the stage’s namespace', () => {
    expect(wide.length).toBeGreaterThan(0);
    for (const statement of wide.filter(({ id }) => !id.startsWith('People'))) {
      expect(actionsOf(statement)).toEqual(['cloudwatch:PutMetricData']);
      expect(statement.Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'Assay/test' } });
    }
  });

  it('come from no managed policy, whose logs permissions would span the account', () => {
    for (const { properties } of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('let the evaluator send nothing but events of assay', () => {
    const events = granted.filter((statement) => actionsOf(statement).includes('events:PutEvents'));
    expect(events).toHaveLength(1);
    expect(events[0]?.Condition).toEqual({ StringEquals: { 'events:source': 'assay' } });
  });

  it('let the schedule be borrowed by no other account', () => {
    const role = resource(template, 'AWS::IAM::Role', 'SloEvaluationScheduleRole');
    const [trust] = statementsOf(role.properties.AssumeRolePolicyDocument);
    expect(trust?.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  it('let people read alarms and metrics, which know no resources, and name every other resource', () => {
    const people = wide.filter(({ id }) => id.startsWith('People'));
    expect(people.length).toBeGreaterThan(0);
    for (const action of people.flatMap(actionsOf)) expect(action).toMatch(/^cloudwatch:(Describe|Get|List)/);
  });

  // The calls of each command, as they were recorded.
  it.each([
    [
      'PeopleReaderPolicy',
      {
        cloudformation: ['DescribeStacks', 'GetTemplate'],
        cloudwatch: ['DescribeAlarmHistory', 'DescribeAlarms', 'GetMetricData', 'ListMetrics'],
        dynamodb: ['BatchGetItem', 'GetItem', 'Query'],
        secretsmanager: ['DescribeSecret'],
        sqs: ['GetQueueAttributes'],
      },
    ],
    [
      'PeopleRaterPolicy',
      {
        cloudformation: ['DescribeStacks', 'GetTemplate'],
        dynamodb: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
        s3: ['GetObject', 'ListBucket', 'PutObject'],
      },
    ],
    [
      'PeopleOperatorPolicy',
      {
        cloudformation: ['DescribeStacks', 'GetTemplate'],
        cloudwatch: ['DescribeAlarmHistory', 'DescribeAlarms', 'GetMetricData', 'ListMetrics'],
        dynamodb: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
        secretsmanager: ['DescribeSecret', 'GetSecretValue'],
        sqs: ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'],
      },
    ],
    [
      'PeopleEraserPolicy',
      {
        cloudformation: ['DescribeStacks'],
        dynamodb: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'Query', 'UpdateItem'],
        s3: [
          'DeleteObject',
          'DeleteObjectVersion',
          'GetObject',
          'GetObjectVersion',
          'ListBucket',
          'ListBucketVersions',
          'PutObject',
        ],
      },
    ],
  ])('%s holds what its commands call and no more', (name, wanted) => {
    const own = granted.filter(({ id }) => id.startsWith(name)).flatMap(actionsOf);
    const expected = Object.entries(wanted).flatMap(([service, names]) =>
      names.map((one) => `${service}:${one}`),
    );
    expect([...new Set(own)].sort()).toEqual(expected.sort());
  });

  it('let a sender send to the response queue and nothing else', () => {
    const policy = resource(template, 'AWS::IAM::ManagedPolicy', 'IntakeSenderPolicy');
    expect(statementsOf(policy.properties.PolicyDocument)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': [resource(template, 'AWS::SQS::Queue', 'IntakeResponseQueue').id, 'Arn'] },
      },
    ]);
  });

  it.each([
    ['IntakeSampler', /^(logs|sqs|dynamodb):/],
    ['JudgingJudge', /^(logs|sqs|dynamodb|secretsmanager|cloudwatch):/],
    ['SloEvaluationSloEvaluator', /^(logs|dynamodb|cloudwatch|events|sqs|sns|kms):/],
    ['RatingIntakeRatings', /^(logs|dynamodb|sqs):/],
  ])('give %s only the services it works with', (name, services) => {
    const own = granted.filter(({ id }) => id.startsWith(`${name}RoleDefaultPolicy`));
    expect(own.length).toBeGreaterThan(0);
    for (const action of own.flatMap(actionsOf)) expect(action).toMatch(services);
  });

  it.each([
    ['JudgingJudge', ['dynamodb:Query']],
    ['SloEvaluationSloEvaluator', ['dynamodb:UpdateItem']],
  ])('give %s nothing that it never calls', (name, never) => {
    const own = granted.filter(({ id }) => id.startsWith(`${name}RoleDefaultPolicy`)).flatMap(actionsOf);
    for (const action of never) expect(own).not.toContain(action);
  });

  it('let ratings write one stamp of the series table and nothing else there', () => {
    const series = resource(template, 'AWS::DynamoDB::Table', 'StorageSeriesTable').id;
    const own = granted.filter(
      ({ id, Resource }) => id.startsWith('RatingIntake') && JSON.stringify(Resource).includes(series),
    );
    expect(own).toMatchObject([
      {
        Action: 'dynamodb:PutItem',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'control' } },
      },
    ]);
  });

  it('let the sampler read of the series table the control partition alone', () => {
    const own = granted.filter(
      (each) =>
        each.id.startsWith('IntakeSamplerRoleDefaultPolicy') && actionsOf(each).includes('dynamodb:Query'),
    );
    expect(own).toMatchObject([
      {
        Action: 'dynamodb:Query',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'control' } },
      },
    ]);
  });

  // No emulator refuses what a role lacks, so what each function calls stands here once more.
  it.each([
    [
      'IntakeSampler',
      ['sqs:SendMessage', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query'],
    ],
    [
      'JudgingJudge',
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'sqs:SendMessage',
        'secretsmanager:GetSecretValue',
      ],
    ],
    [
      'SloEvaluationSloEvaluator',
      [
        'dynamodb:Query',
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:DeleteItem',
        'sqs:SendMessage',
        'sns:Publish',
        'kms:GenerateDataKey',
        'kms:Decrypt',
        'events:PutEvents',
        'cloudwatch:PutMetricData',
      ],
    ],
    [
      'RatingIntakeRatings',
      [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
      ],
    ],
  ])('give %s what it calls', (name, wanted) => {
    const own = granted.filter(({ id }) => id.startsWith(`${name}RoleDefaultPolicy`)).flatMap(actionsOf);
    expect(own).toEqual(expect.arrayContaining(wanted));
  });
});
