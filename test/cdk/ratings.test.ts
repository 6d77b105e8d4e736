import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { list, resource, resourcesOf, statementsOf } from '../support/read-template.ts';

const { template } = synthesizeTemplate(testCatalogue(), 'test');
const handler = resource(template, 'AWS::Lambda::Function', 'RatingIntakeRatings');
const bucket = resource(template, 'AWS::S3::Bucket', 'StorageRatingBucket');

describe('ratings', () => {
  it('are told of every object under incoming/, and of no other', () => {
    expect(bucket.properties.NotificationConfiguration).toEqual({
      LambdaConfigurations: [
        {
          Event: 's3:ObjectCreated:*',
          Function: { 'Fn::GetAtt': [handler.id, 'Arn'] },
          Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'incoming/' }] } },
        },
      ],
    });
  });

  it('may be invoked by S3 of this account, before the bucket asks for it', () => {
    const [permission] = resourcesOf(template, 'AWS::Lambda::Permission');
    expect(permission?.properties).toMatchObject({
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      FunctionName: { 'Fn::GetAtt': [handler.id, 'Arn'] },
    });
    expect([bucket.resource.DependsOn].flat()).toContain(permission?.id);
  });

  it('do not depend on the bucket that depends on them', () => {
    expect(JSON.stringify(handler.resource)).not.toContain(bucket.id);
    for (const id of [handler.resource.DependsOn ?? []].flat())
      expect(JSON.stringify(template.Resources[id])).not.toContain(bucket.id);
  });

  it('read what comes in and write reports, and touch nothing else in the bucket', () => {
    const policy = resourcesOf(template, 'AWS::IAM::Policy').find(({ id }) =>
      id.startsWith('RatingIntakeRatingFiles'),
    );
    const arn = (prefix: string) => ({
      'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket.id, 'Arn'] }, `/${prefix}*`]],
    });
    expect(statementsOf(policy?.properties.PolicyDocument)).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: arn('incoming/') },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: { 'Fn::GetAtt': [bucket.id, 'Arn'] },
        Condition: { StringLike: { 's3:prefix': 'incoming/*' } },
      },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: arn('reports/') },
    ]);
  });

  it('read, write and delete ratings by no more rights than files and uploads ask for', () => {
    const table = resource(template, 'AWS::DynamoDB::Table', 'StorageRatingTable');
    const role = (handler.properties.Role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
    const actions = resourcesOf(template, 'AWS::IAM::Policy')
      .filter(({ properties }) => JSON.stringify(properties.Roles).includes(role))
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
      .filter(({ Resource }) => JSON.stringify(Resource).includes(table.id))
      .flatMap(({ Action }) => list(Action));
    expect(actions.sort()).toEqual(
      ['BatchGetItem', 'BatchWriteItem', 'GetItem', 'PutItem', 'Query'].map((one) => `dynamodb:${one}`),
    );
  });

  it('leave the event of a file that they failed on in a queue, after three tries or six hours', () => {
    const queue = resource(template, 'AWS::SQS::Queue', 'RatingIntakeRatingDlq');
    const invoke = resource(
      template,
      'AWS::Lambda::EventInvokeConfig',
      'RatingIntakeRatingsEventInvokeConfig',
    );
    expect(invoke.properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 6 * 3_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue.id, 'Arn'] } } },
    });
  });

  it('take one file at a time', () => {
    expect(handler.properties.ReservedConcurrentExecutions).toBe(1);
  });
});
