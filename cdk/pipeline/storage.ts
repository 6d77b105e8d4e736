import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ratingPrefix } from '#core/names.ts';
import { day } from '#core/time.ts';

export interface StorageProps {
  readonly retain: boolean;
  /** How long texts are kept, milliseconds. */
  readonly textsFor: number;
}

/** Everything Assay keeps: verdicts and leases, series and states, ratings, and the files that ratings come in. */
export class Storage extends Construct {
  /** Verdicts, leases and, as items of their own, texts. */
  readonly judgements: Table;
  /** Counters, dirty marks, roll-ups, SLO states, circuits and spending. */
  readonly series: Table;
  /** People's ratings and calibrations. */
  readonly ratings: Table;
  readonly ratingBucket: Bucket;

  constructor(scope: Construct, id: string, { retain, textsFor }: StorageProps) {
    super(scope, id);
    this.judgements = this.#table('JudgementTable', retain);
    // Finds the verdicts of one response without knowing its hour: `assay` by response id, and ratings.
    this.judgements.addGlobalSecondaryIndex({
      indexName: 'byResponse',
      partitionKey: { name: 'responseId', type: AttributeType.STRING },
      sortKey: { name: 'pk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // Finds a person's texts, so that they can be forgotten. Sparse: only texts whose record named a user stand in it.
    this.judgements.addGlobalSecondaryIndex({
      indexName: 'byUser',
      partitionKey: { name: 'userHash', type: AttributeType.STRING },
      sortKey: { name: 'pk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.series = this.#table('SeriesTable', retain);
    this.ratings = this.#table('RatingTable', retain);
    this.ratings.addGlobalSecondaryIndex({
      indexName: 'byResponse',
      partitionKey: { name: 'responseId', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.ratingBucket = this.#ratingBucket(Math.ceil(textsFor / day));
  }

  #table(id: string, retain: boolean): Table {
    return new Table(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      // Traffic is bursty and follows the day; provisioned capacity would throttle the sampler at its peaks.
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Texts are people's: the account's key leaves each use in CloudTrail, the service's own key none.
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  #ratingBucket(textDays: number): Bucket {
    const bucket = new Bucket(this, 'RatingBucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          // A quarter to notice that a batch was overwritten or deleted.
          noncurrentVersionExpiration: Duration.days(90),
          // What a broken upload left behind costs money and can never be read.
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        // Files of ratings hold the texts that were rated, and reports quote words of them: they live as long as texts
        // do. The ratings themselves are in their table by then.
        ...[ratingPrefix.incoming, ratingPrefix.reports].map((prefix) => ({
          prefix,
          expiration: Duration.days(textDays),
          // A week to notice that a batch was overwritten.
          noncurrentVersionExpiration: Duration.days(7),
        })),
      ],
      // Ratings are people's work and cannot be had again, in no stage. An emptied bucket can be deleted by hand.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'A private bucket that the raters of one team write to, a few objects a week, all versions kept for 90 days; ' +
        'CloudTrail data events show who did it where that is wanted, and a log bucket would need a log bucket itself.',
    });
    return bucket;
  }
}

/** cdk-nag's name of the right to every file of a folder of the ratings bucket. */
export function folderWildcard({ ratingBucket }: Storage, prefix: string): string {
  const bucket = ratingBucket.node.defaultChild as CfnBucket;
  return `AwsSolutions-IAM5[Resource::<${bucket.stack.getLogicalId(bucket)}.Arn>/${prefix}*]`;
}
