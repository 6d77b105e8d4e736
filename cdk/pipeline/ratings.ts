import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env, ratingPrefix } from '#core/names.ts';
import { controlPartition } from '#core/series/control.ts';
import { AssayFunction, type FunctionContext } from '../functions/assay-function.ts';
import { createQueue, retention } from './queue.ts';
import { folderWildcard, type Storage } from './storage.ts';

export interface RatingsProps {
  readonly context: FunctionContext;
  readonly storage: Storage;
}

/** Takes people's rating files in as they land in the ratings bucket, and makes calibrations of them. */
export class Ratings extends Construct {
  readonly ratings: AssayFunction;
  /** Events of files whose tries are spent, or that waited too long. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, { context, storage }: RatingsProps) {
    super(scope, id);
    this.ratings = new AssayFunction(this, 'Ratings', {
      context,
      name: 'ratings',
      description: 'Assay: takes rating files in, reports on every row, and calibrates the judge by them',
      // A file of 100,000 ratings takes minutes; what is left unfinished is taken up by the retry.
      timeout: Duration.minutes(15),
      // One whole CPU: agreement and thresholds are computed for all ratings of a surface at once.
      memorySize: 1769,
      // Two files at once could both read a rater's older rating and write over each other; the second waits instead.
      reservedConcurrentExecutions: 1,
      environment: {
        [env.judgementTable]: storage.judgements.tableName,
        [env.ratingTable]: storage.ratings.tableName,
        [env.seriesTable]: storage.series.tableName,
      },
    });
    this.failures = createQueue(this, 'RatingDlq', { key: context.key, retentionPeriod: retention.parked });
    this.ratings.configureAsyncInvoke({
      // Lambda's maxima, in words: S3's event is tried three times, and waits six hours behind other files.
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      // Not SqsDestination, whose grant is wider than sending.
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
    });
    this.ratings.allow(this.failures.queueArn, ['sqs:SendMessage']);
    this.ratings.allow(storage.judgements.tableArn, ['dynamodb:BatchGetItem']);
    this.ratings.allow(`${storage.judgements.tableArn}/index/byResponse`, ['dynamodb:Query']);
    this.ratings.allow(storage.ratings.tableArn, [
      // Since when the judge is as it is: its anchors know.
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
    ]);
    // The stamp that tells the evaluator of a new calibration.
    this.ratings.allow(storage.series.tableArn, ['dynamodb:PutItem'], {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': controlPartition },
    });
    this.#allowFiles(storage);
    this.#listen(storage);
    this.#scheduleEachHour();
  }

  /** A new version is calibrated by what was rated before it was deployed, and no file tells of a deployment. */
  #scheduleEachHour(): void {
    const role = new Role(this, 'ScheduleRole', {
      // Without the condition any account's schedule could borrow this role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.ratings.functionArn] }),
    );
    new CfnSchedule(this, 'EachHour', {
      description: 'Assay: carries ratings to versions that were deployed since',
      scheduleExpression: 'rate(1 hour)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.ratings.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ time: '<aws.scheduler.scheduled-time>' }),
        // The next hour makes it good.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 3_600 },
      },
    });
  }

  /**
   * A policy that the function does not depend on: the bucket depends on the function, which it notifies, so the
   * function must not depend on the bucket. The event names the bucket.
   */
  #allowFiles(storage: Storage): void {
    const { ratingBucket } = storage;
    const policy = new Policy(this, 'RatingFiles', {
      statements: [
        new PolicyStatement({
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          resources: [ratingBucket.arnForObjects(`${ratingPrefix.incoming}*`)],
        }),
        // Without it S3 answers "access denied" where a file is gone, and nobody could tell that from a lost right.
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [ratingBucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': `${ratingPrefix.incoming}*` } },
        }),
        new PolicyStatement({
          actions: ['s3:PutObject'],
          resources: [ratingBucket.arnForObjects(`${ratingPrefix.reports}*`)],
        }),
      ],
    });
    if (this.ratings.role !== undefined) policy.attachToRole(this.ratings.role);
    Validations.of(policy).acknowledge(
      ...[ratingPrefix.incoming, ratingPrefix.reports].map((prefix) => ({
        id: folderWildcard(storage, prefix),
        reason: `Every file under ${prefix} of the ratings bucket is the function's to read or to write; nothing else in it is.`,
      })),
    );
  }

  /** The bucket's own notification: CDK's helper would add a function with rights over every bucket of the account. */
  #listen({ ratingBucket }: Storage): void {
    const permission = new CfnPermission(this, 'MayBeNotified', {
      action: 'lambda:InvokeFunction',
      functionName: this.ratings.functionArn,
      principal: new ServicePrincipal('s3.amazonaws.com').service,
      // Not the bucket's ARN, for the bucket waits for this permission.
      sourceAccount: Aws.ACCOUNT_ID,
    });
    const bucket = ratingBucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      lambdaConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          function: this.ratings.functionArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: ratingPrefix.incoming }] } },
        },
      ],
    };
    bucket.addResourceDependency(permission);
  }
}
