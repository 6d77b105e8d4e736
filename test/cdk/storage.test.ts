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

  it('keeps the tables of a production stage, but not of a creation that failed, and lets others go', () => {
    const kept = ['RetainExceptOnCreate', 'Retain'] as const;
    const gone = ['Delete', 'Delete'] as const;
    for (const [stage, retain, [deletion, replacement]] of [
      ['prod', {}, kept],
      ['dev', {}, gone],
      ['dev', { retain: 'true' }, kept],
      ['prod', { retain: 'false' }, gone],
    ] as const) {
      const { template } = synthesizeTemplate(testCatalogue(), stage, retain);
      const tables = resourcesOf(template, 'AWS::DynamoDB::Table');
      expect(tables).toHaveLength(3);
      for (const table of [...tables, resource(template, 'AWS::SecretsManager::Secret', 'JudgingJudgeKey')])
        expect(table.resource).toMatchObject({ DeletionPolicy: deletion, UpdateReplacePolicy: replacement });
      // A table that refuses deletion would outlive a failed creation all the same.
      for (const table of tables) expect(table.properties.DeletionProtectionEnabled).toBe(false);
    }
  });

  it('lets the tables refuse deletion where that is chosen', () => {
    const { template } = synthesizeTemplate(testCatalogue(), 'prod', { deletionProtection: 'true' });
    for (const table of resourcesOf(template, 'AWS::DynamoDB::Table'))
      expect(table.properties.DeletionProtectionEnabled).toBe(true);
  });

  it('takes over tables that exist: makes none, and every right and name speaks of those', () => {
    const { template } = synthesizeTemplate(testCatalogue(), 'test', {
      judgementTable: 'restored-judgements',
      seriesTable: 'restored-series',
      ratingTable: 'restored-ratings',
    });
    expect(resourcesOf(template, 'AWS::DynamoDB::Table')).toEqual([]);
    expect(template.Outputs).toMatchObject({
      JudgementTableName: { Value: 'restored-judgements' },
      SeriesTableName: { Value: 'restored-series' },
      RatingTableName: { Value: 'restored-ratings' },
    });
    const rights = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
    expect(rights).toContain(':table/restored-judgements/index/byResponse');
    for (const { properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
      const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
      const tables = Object.entries(Variables).filter(([name]) => name.endsWith('_TABLE'));
      for (const [, value] of tables) expect(value).toMatch(/^restored-/);
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
    expect(bucket.resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
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
