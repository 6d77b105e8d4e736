import { Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { dimension, env, metric, metricNamespace, unfilledJudgeKey } from '#core/names.ts';
import { AssayFunction, type FunctionContext } from './assay-function.ts';
import { createQueue, retention } from './queue.ts';
import type { Storage } from './storage.ts';

/** Time-out of the judge function: two calls of a slow reasoning model, one after the other, and what lies around them. */
const timeout = Duration.minutes(3);

/** The queue of sampled responses. It stands apart from `Judging`, for the sampler needs it and no more. */
export class JudgeQueue extends Construct {
  readonly queue: Queue;
  readonly dlq: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.dlq = createQueue(this, 'JudgeDlq', { retentionPeriod: retention.parked });
    this.queue = createQueue(this, 'JudgeQueue', {
      retentionPeriod: retention.working,
      // AWS's rule: six times the time-out. A wait that the judge chooses (backoff, circuit) replaces it message by message.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      // SQS's maximum: every receive counts, waiting for a blocked judge too, and waiting must not throw work away.
      // The judge counts its own tries and sends spent ones to the DLQ itself, with the reason.
      deadLetterQueue: { queue: this.dlq, maxReceiveCount: 1_000 },
    });
  }

  /** Seconds that the oldest sampled response waits for its verdict. */
  metricAge(): Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(5),
    });
  }
}

export interface JudgingProps {
  readonly context: FunctionContext;
  readonly storage: Storage;
  readonly judgeQueue: JudgeQueue;
  readonly judgeUrl: string;
  readonly retain: boolean;
}

/** Asks the judge model for verdicts and stores them. */
export class Judging extends Construct {
  readonly judge: AssayFunction;
  /** The API key of the judge's provider. */
  readonly secret: Secret;
  readonly #stage: string;

  constructor(
    scope: Construct,
    id: string,
    { context, storage, judgeQueue, judgeUrl, retain }: JudgingProps,
  ) {
    super(scope, id);
    this.#stage = context.stage;
    this.secret = this.#createSecret(retain);

    this.judge = new AssayFunction(this, 'Judge', {
      context,
      name: 'judge',
      description: 'Assay: asks the judge model for verdicts on sampled responses',
      timeout,
      // It waits for the model; half a CPU is ample for ten calls at once.
      memorySize: 768,
      environment: {
        [env.judgeQueueUrl]: judgeQueue.queue.queueUrl,
        [env.judgeDlqUrl]: judgeQueue.dlq.queueUrl,
        [env.judgementTable]: storage.judgements.tableName,
        [env.seriesTable]: storage.series.tableName,
        [env.judgeSecretId]: this.secret.secretArn,
        [env.judgeUrl]: judgeUrl,
      },
    });
    this.judge.addEventSource(
      new SqsEventSource(judgeQueue.queue, {
        // Ten calls side by side in one invocation: its waiting time is paid once.
        batchSize: 10,
        // With batches of ten, at most 50 calls at once: about 10 verdicts a second at 5 s a call, under the rate
        // limits that providers start new accounts with.
        maxConcurrency: 5,
        // Each judgement ends on its own.
        reportBatchItemFailures: true,
      }),
    );
    // The event source grants ReceiveMessage, DeleteMessage and ChangeMessageVisibility, which the waits use.
    this.judge.allow(judgeQueue.dlq.queueArn, ['sqs:SendMessage']);
    this.judge.allow(storage.judgements.tableArn, [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
    // Circuits and spending, and the marks of changed hours.
    this.judge.allow(storage.series.tableArn, [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
    ]);
    this.judge.allow(this.secret.secretArn, ['secretsmanager:GetSecretValue']);
    allowMetrics(this.judge, context.stage);
  }

  /** Errors of one kind that the judge met: retryable, item, blocking. */
  metricErrors(kind: 'retryable' | 'item' | 'blocking', period: Duration): Metric {
    return new Metric({
      namespace: metricNamespace(this.#stage),
      metricName: metric.judgeErrors,
      dimensionsMap: { [dimension.kind]: kind },
      statistic: Stats.SUM,
      period,
    });
  }

  #createSecret(retain: boolean): Secret {
    const secret = new Secret(this, 'JudgeKey', {
      description: "Assay: API key of the judge's provider",
      // No secret: a word that the code knows as "not filled yet". A later deployment leaves a filled one alone.
      secretStringValue: SecretValue.unsafePlainText(unfilledJudgeKey),
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "The key is issued by the judge's provider, which has no rotation that Secrets Manager could drive; a new one is put in by hand and taken up within 5 minutes.",
    });
    return secret;
  }
}

/** Lets a function publish metrics of its stage. The action takes no resource; the namespace is all IAM can restrict. */
export function allowMetrics(target: AssayFunction, stage: string): void {
  target.allow('*', ['cloudwatch:PutMetricData'], {
    StringEquals: { 'cloudwatch:namespace': metricNamespace(stage) },
  });
  Validations.of(target).acknowledge(putMetricDataNeedsAnyResource);
  if (target.role !== undefined) Validations.of(target.role).acknowledge(putMetricDataNeedsAnyResource);
}

const putMetricDataNeedsAnyResource = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason:
    "cloudwatch:PutMetricData knows no resources; the statement is conditioned on the stage's namespace.",
} as const;
