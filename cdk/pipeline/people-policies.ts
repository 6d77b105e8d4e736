import { Aws, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ratingPrefix } from '#core/names.ts';
import { keyUse } from '../functions/assay-function.ts';
import type { Intake } from './intake.ts';
import type { JudgeQueue } from './judge-queue.ts';
import type { Judging } from './judging.ts';
import type { Ratings } from './ratings.ts';
import { folderWildcard, type Storage } from './storage.ts';

export interface PeoplePoliciesProps {
  readonly stage: string;
  readonly storage: Storage;
  readonly intake: Intake;
  readonly judgeQueue: JudgeQueue;
  readonly judging: Judging;
  readonly ratingIntake: Ratings;
  /** Customer-managed key of what is read and written. */
  readonly key?: IKey | undefined;
}

function ifThere<Thing>(
  thing: Thing | undefined,
  allowIt: (thing: Thing) => PolicyStatement,
): readonly PolicyStatement[] {
  return thing === undefined ? [] : [allowIt(thing)];
}

/**
 * What people may do with a stage, as policies for their roles: each holds all that its commands of `assay` call, and
 * no more. Rater, operator and eraser need no reader beside them.
 */
export class PeoplePolicies extends Construct {
  /** status, doctor --no-judge, gate, why, report, postmortem, agreement, calibration. */
  readonly reader: ManagedPolicy;
  /** ratings draw, open, upload, uploads and retract; agreement and calibration. */
  readonly rater: ManagedPolicy;
  /** The reader's, and doctor, redrive, incident, rollback clear. */
  readonly operator: ManagedPolicy;
  /** forget. */
  readonly eraser: ManagedPolicy;
  readonly #props: PeoplePoliciesProps;

  constructor(scope: Construct, id: string, props: PeoplePoliciesProps) {
    super(scope, id);
    this.#props = props;
    const { stage } = props;
    this.reader = this.#policy('ReaderPolicy', `Reads Assay (${stage}): status, doctor, why, report`, [
      ...this.#reading(),
      ...ifThere(props.judging.secret, ({ secretArn }) =>
        allow(['secretsmanager:DescribeSecret'], secretArn),
      ),
    ]);
    this.rater = this.#policy('RaterPolicy', `Draws and uploads ratings of Assay (${stage})`, this.#rating());
    this.operator = this.#policy('OperatorPolicy', `Runs Assay (${stage}): redrive, incidents, rollbacks`, [
      ...this.#reading(),
      ...this.#operating(),
    ]);
    this.eraser = this.#policy(
      'EraserPolicy',
      `Deletes what people sent to Assay (${stage})`,
      this.#erasing(),
    );
  }

  /** Names of the stage's resources, and the catalogue that it runs with. */
  #outputs(): PolicyStatement {
    return allow(['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'], Aws.STACK_ID);
  }

  #reading(): PolicyStatement[] {
    const { storage } = this.#props;
    const { judgements, series, ratings } = storage;
    return [
      this.#outputs(),
      allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], judgements.tableArn),
      allow(['dynamodb:Query', 'dynamodb:GetItem'], ratings.tableArn),
      allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], series.tableArn),
      allow(['sqs:GetQueueAttributes'], ...this.#queues()),
      allow(
        [
          'cloudwatch:DescribeAlarms',
          'cloudwatch:DescribeAlarmHistory',
          'cloudwatch:GetMetricData',
          'cloudwatch:ListMetrics',
        ],
        '*',
      ),
    ];
  }

  #rating(): PolicyStatement[] {
    const { judgements, series, ratings, ratingBucket } = this.#props.storage;
    const reports = allow(['s3:ListBucket'], ratingBucket.bucketArn);
    // Without it S3 answers "access denied" where a report is not written yet.
    reports.addCondition('StringLike', { 's3:prefix': `${ratingPrefix.reports}*` });
    return [
      this.#outputs(),
      allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], judgements.tableArn),
      allow(['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem'], ratings.tableArn),
      allow(['dynamodb:Query'], series.tableArn),
      allow(['s3:PutObject'], ratingBucket.arnForObjects(`${ratingPrefix.incoming}*`)),
      allow(['s3:GetObject'], ratingBucket.arnForObjects(`${ratingPrefix.reports}*`)),
      reports,
    ];
  }

  #operating(): PolicyStatement[] {
    const { storage, judging, intake, judgeQueue } = this.#props;
    return [
      // Incidents, and rollbacks that are cleared.
      allow(['dynamodb:PutItem'], storage.series.tableArn),
      ...ifThere(judging.secret, ({ secretArn }) =>
        allow(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], secretArn),
      ),
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        intake.rejectedQueue.queueArn,
        judgeQueue.dlq.queueArn,
      ),
      allow(['sqs:SendMessage'], intake.responseQueue.queueArn, judgeQueue.queue.queueArn),
    ];
  }

  #erasing(): PolicyStatement[] {
    const { judgements, series, ratings, ratingBucket } = this.#props.storage;
    return [
      allow(['cloudformation:DescribeStacks'], Aws.STACK_ID),
      allow(['dynamodb:Query', 'dynamodb:DeleteItem'], judgements.tableArn),
      allow(['dynamodb:BatchGetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], ratings.tableArn),
      allow(['dynamodb:Query', 'dynamodb:BatchWriteItem'], series.tableArn),
      allow(['dynamodb:Query'], ...this.#indexes('byResponse'), `${judgements.tableArn}/index/byUser`),
      allow(['s3:ListBucket', 's3:ListBucketVersions'], ratingBucket.bucketArn),
      allow(
        ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
        ...[ratingPrefix.incoming, ratingPrefix.reports].map((prefix) =>
          ratingBucket.arnForObjects(`${prefix}*`),
        ),
      ),
    ];
  }

  #indexes(name: string): string[] {
    const { judgements, ratings } = this.#props.storage;
    return [judgements, ratings].map(({ tableArn }) => `${tableArn}/index/${name}`);
  }

  #queues(): string[] {
    const { intake, judgeQueue, ratingIntake } = this.#props;
    const queues: IQueue[] = [
      intake.responseQueue,
      intake.responseDlq,
      intake.rejectedQueue,
      judgeQueue.queue,
      judgeQueue.dlq,
      ratingIntake.failures,
    ];
    return queues.map(({ queueArn }) => queueArn);
  }

  #policy(id: string, description: string, statements: PolicyStatement[]): ManagedPolicy {
    const { key } = this.#props;
    const ofKey = key === undefined ? [] : [allow([...keyUse], key.keyArn)];
    const policy = new ManagedPolicy(this, id, { description, statements: [...statements, ...ofKey] });
    Validations.of(policy).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'CloudWatch lists and reads alarms and metrics of an account; it knows no narrower resource.',
      },
      ...[ratingPrefix.incoming, ratingPrefix.reports].map((prefix) => ({
        id: folderWildcard(this.#props.storage, prefix),
        reason: `Whoever may work with rating files may with every file under ${prefix}, and with nothing else.`,
      })),
    );
    return policy;
  }
}

function allow(actions: string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
