import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { resource, resourcesOf } from '../support/read-template.ts';

const { template } = synthesizeTemplate(testCatalogue(), 'test');

describe('storage', () => {
  it.each(['StorageJudgementTable', 'StorageSeriesTable', 'StorageRatingTable'])(
    '%s has string keys, expires items, recovers to a point in time and is encrypted',
    (id) => {
      expect(resource(template, 'AWS::DynamoDB::Table', id).properties).toMatchObject({
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      });
    },
  );

  it('finds judgements and ratings by response id, and texts by user', () => {
    expect(
      resource(template, 'AWS::DynamoDB::Table', 'StorageJudgementTable').properties.GlobalSecondaryIndexes,
    ).toEqual([
      {
        IndexName: 'byResponse',
        KeySchema: [
          { AttributeName: 'responseId', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'byUser',
        KeySchema: [
          { AttributeName: 'userHash', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(
      resource(template, 'AWS::DynamoDB::Table', 'StorageRatingTable').properties.GlobalSecondaryIndexes,
    ).toMatchObject([
      {
        IndexName: 'byResponse',
        KeySchema: [
          { AttributeName: 'responseId', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    ]);
  });

  it('keeps the tables of a production stage and lets those of others go with their stack', () => {
    for (const [stage, retain, policy, guarded] of [
      ['prod', {}, 'Retain', true],
      ['dev', {}, 'Delete', false],
      ['dev', { retain: 'true' }, 'Retain', true],
      ['prod', { retain: 'false' }, 'Delete', false],
    ] as const) {
      const tables = resourcesOf(
        synthesizeTemplate(testCatalogue(), stage, retain).template,
        'AWS::DynamoDB::Table',
      );
      expect(tables).toHaveLength(3);
      for (const table of tables) {
        expect(table.resource).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
        expect(table.properties.DeletionProtectionEnabled).toBe(guarded);
      }
    }
  });

  it('keeps files of ratings, which hold texts, no longer than texts', () => {
    const { properties } = resource(template, 'AWS::S3::Bucket', 'StorageRatingBucket');
    for (const Prefix of ['incoming/', 'reports/'])
      expect(properties.LifecycleConfiguration).toMatchObject({
        Rules: expect.arrayContaining([
          expect.objectContaining({
            Prefix,
            ExpirationInDays: 30,
            NoncurrentVersionExpiration: { NoncurrentDays: 7 },
            Status: 'Enabled',
          }),
        ]),
      });
  });

  it('keeps ratings in a private, encrypted, versioned bucket that outlives the stack', () => {
    const bucket = resource(template, 'AWS::S3::Bucket', 'StorageRatingBucket');
    expect(bucket.resource).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(bucket.properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });
});
