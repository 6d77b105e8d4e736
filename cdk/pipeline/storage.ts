import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  BillingMode,
  type GlobalSecondaryIndexProps,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
import type { AdoptedTables } from '../stage/settings.ts';

export interface StorageProps {
  readonly retain: boolean;
  readonly deletionProtection: boolean;
  /** Tables that exist, in the place of new ones. */
  readonly adopted?: AdoptedTables | undefined;
  /** Customer-managed key of tables and bucket. */
  readonly key?: IKey | undefined;
  /** How long texts are kept, milliseconds. */
  readonly textsFor: number;
}

/** A table of the stack's own, or one that it took over. */
export interface KeptTable {
  readonly tableName: string;
  readonly tableArn: string;
}

/** Everything Assay keeps: verdicts and leases, series and states, ratings, and the files that ratings come in. */
export class Storage extends Construct {
  /** Verdicts, leases and, as items of their own, texts. */
  readonly judgements: KeptTable;
  /** Counters, dirty marks, roll-ups, SLO states, circuits and spending. */
  readonly series: KeptTable;
  /** People's ratings and calibrations. */
  readonly ratings: KeptTable;
  readonly ratingBucket: Bucket;

  readonly #props: StorageProps;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.#props = props;
    const { adopted } = props;
    this.judgements = this.#table('JudgementTable', adopted?.judgements, [
      // Finds the verdicts of one response without knowing its hour: `assay` by response id, and ratings.
      index('byResponse', 'responseId', 'pk', ProjectionType.KEYS_ONLY),
      // Finds a person's texts, so that they can be forgotten. Sparse: only texts whose record named a user stand in it.
      index('byUser', 'userHash', 'pk', ProjectionType.KEYS_ONLY),
    ]);
    this.series = this.#table('SeriesTable', adopted?.series, []);
    this.ratings = this.#table('RatingTable', adopted?.ratings, [
      index('byResponse', 'responseId', 'sk', ProjectionType.ALL),
    ]);
    this.ratingBucket = this.#ratingBucket(Math.ceil(props.textsFor / day));
  }

  /** Reads and writes that DynamoDB refused because they came too fast, of the three tables, in 5 minutes. */
  metricThrottles(): MathExpression {
    const period = Duration.minutes(5);
    const usingMetrics = Object.fromEntries(
      Object.entries({ judgements: this.judgements, series: this.series, ratings: this.ratings }).flatMap(
        ([name, { tableName }]) =>
          ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName) => [
            `${name}${metricName.startsWith('Read') ? 'Reads' : 'Writes'}`,
            new Metric({
              namespace: 'AWS/DynamoDB',
              metricName,
              dimensionsMap: { TableName: tableName },
              statistic: Stats.SUM,
              period,
            }),
          ]),
      ),
    );
    const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
    return new MathExpression({ expression: filled.join(' + '), usingMetrics, period });
  }

  #table(id: string, adopted: string | undefined, indexes: readonly GlobalSecondaryIndexProps[]): KeptTable {
    const { retain, deletionProtection, key } = this.#props;
    if (adopted !== undefined) {
      const globalIndexes = indexes.map(({ indexName }) => indexName);
      return Table.fromTableAttributes(this, id, {
        tableName: adopted,
        globalIndexes,
        ...(key !== undefined && { encryptionKey: key }),
      });
    }
    const table = new Table(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      // Traffic is bursty and follows the day; provisioned capacity would throttle the sampler at its peaks.
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Texts are people's: the account's key leaves each use in CloudTrail, the service's own key none.
      ...(key === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      // Kept when the stack goes, and not when its creation fails.
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    for (const one of indexes) table.addGlobalSecondaryIndex(one);
    return table;
  }

  #ratingBucket(textDays: number): Bucket {
    const { key } = this.#props;
    const bucket = new Bucket(this, 'RatingBucket', {
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
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
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
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

function index(
  indexName: string,
  partitionKey: string,
  sortKey: string,
  projectionType: ProjectionType,
): GlobalSecondaryIndexProps {
  return {
    indexName,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    projectionType,
  };
}

/** cdk-nag's name of the right to every file of a folder of the ratings bucket. */
export function folderWildcard({ ratingBucket }: Storage, prefix: string): string {
  const bucket = ratingBucket.node.defaultChild as CfnBucket;
  return `AwsSolutions-IAM5[Resource::<${bucket.stack.getLogicalId(bucket)}.Arn>/${prefix}*]`;
}
