import { Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Judge } from '#core/judges/judge.ts';
import { secretEntries } from '#core/judges/judge-place.ts';
import type { JudgeError } from '#core/judging/judge-error.ts';
import { dimension, env, metric, metricNamespace, unfilledJudgeKey } from '#core/names.ts';
import type { Throughput } from '#core/throughput.ts';
import { AssayFunction, type FunctionContext } from '../functions/assay-function.ts';
import { bedrockGrants, shownInChecks } from './bedrock-access.ts';
import { type JudgeQueue, judgeTimeout } from './judge-queue.ts';
import type { Storage } from './storage.ts';

export interface JudgingProps {
  readonly context: FunctionContext;
  readonly storage: Storage;
  readonly judgeQueue: JudgeQueue;
  /** Those that are asked. */
  readonly judges: readonly Judge[];
  readonly throughput: Throughput;
  readonly retain: boolean;
}

/** What asks Bedrock by role (`src/adapters/judges/`), as esbuild's `external`. */
export const bedrockModule = '*/ask-bedrock.ts';

/** Asks the judge model for verdicts and stores them. */
export class Judging extends Construct {
  readonly judge: AssayFunction;
  /** The API keys of judges, an entry each; undefined where none needs a key. */
  readonly secret: Secret | undefined;
  readonly secretEntries: readonly string[];
  readonly #stage: string;

  constructor(
    scope: Construct,
    id: string,
    { context, storage, judgeQueue, judges, throughput, retain }: JudgingProps,
  ) {
    super(scope, id);
    this.#stage = context.stage;
    this.secretEntries = secretEntries(judges);
    this.secret = this.secretEntries.length === 0 ? undefined : this.#createSecret(retain, context.key);

    this.judge = new AssayFunction(this, 'Judge', {
      context,
      name: 'judge',
      description: 'Assay: asks the judge model for verdicts on sampled responses',
      timeout: judgeTimeout(judges),
      // It waits for the model; half a CPU is ample for ten calls at once.
      memorySize: 768,
      // Its clients are a tenth of the bundle, read at every cold start.
      leftOut: judges.some(({ authorisation }) => authorisation === 'role') ? [] : [bedrockModule],
      environment: {
        [env.judgeQueueUrl]: judgeQueue.queue.queueUrl,
        [env.judgeDlqUrl]: judgeQueue.dlq.queueUrl,
        [env.judgementTable]: storage.judgements.tableName,
        [env.seriesTable]: storage.series.tableName,
        ...(this.secret !== undefined && { [env.judgeSecretId]: this.secret.secretArn }),
      },
    });
    this.judge.addEventSource(
      new SqsEventSource(judgeQueue.queue, {
        // Calls side by side in one invocation: its waiting time is paid once.
        batchSize: throughput.judgeBatch,
        // Times the batch, the calls under way at once: mind the rate limits of the provider.
        maxConcurrency: throughput.judgeConcurrency,
        // Each judgement ends on its own.
        reportBatchItemFailures: true,
      }),
    );
    // The event source grants ReceiveMessage, DeleteMessage and ChangeMessageVisibility, which the waits use.
    this.judge.allow(judgeQueue.dlq.queueArn, ['sqs:SendMessage']);
    this.judge.allow(storage.judgements.tableArn, [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
    // Circuits and spending, and the marks of changed hours.
    this.judge.allow(storage.series.tableArn, [
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    ]);
    if (this.secret !== undefined) this.judge.allow(this.secret.secretArn, ['secretsmanager:GetSecretValue']);
    for (const { why, ...grant } of bedrockGrants(judges))
      if (why === undefined) this.judge.allow(grant.resource, grant.actions);
      else this.judge.allowWide(grant, { shown: shownInChecks(grant.resource), reason: why });
    this.judge.allowMetrics(context.stage);
  }

  /** Calls that the provider said to cost more than they can have, an hour. */
  metricOvercharged(): Metric {
    return new Metric({
      namespace: metricNamespace(this.#stage),
      metricName: metric.overcharged,
      statistic: Stats.SUM,
      period: Duration.hours(1),
    });
  }

  /** Errors of one kind that the judge met: retryable, item, blocking. */
  metricErrors(kind: Exclude<JudgeError['kind'], 'unknown'>, period: Duration): Metric {
    return new Metric({
      namespace: metricNamespace(this.#stage),
      metricName: metric.judgeErrors,
      dimensionsMap: { [dimension.kind]: kind },
      statistic: Stats.SUM,
      period,
    });
  }

  #createSecret(retain: boolean, key: IKey | undefined): Secret {
    const secret = new Secret(this, 'JudgeKey', {
      description: 'Assay: API keys of the judges, an entry each',
      // No secret: a word that the code knows as "not filled yet". A later deployment leaves a filled one alone.
      secretStringValue: SecretValue.unsafePlainText(unfilledJudgeKey),
      ...(key !== undefined && { encryptionKey: key }),
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "The key is issued by the judge's provider, which has no rotation that Secrets Manager could drive; a new one is put in by hand and taken up within 5 minutes.",
    });
    return secret;
  }
}
