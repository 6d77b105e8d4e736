import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AccountPrincipal,
  Effect,
  ManagedPolicy,
  OrganizationPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env } from '#core/names.ts';
import { controlPartition } from '#core/series/control.ts';
import type { Throughput } from '#core/throughput.ts';
import { AssayFunction, type FunctionContext } from '../functions/assay-function.ts';
import { createQueue, retention } from './queue.ts';
import type { Storage } from './storage.ts';

export interface IntakeProps {
  readonly context: FunctionContext;
  readonly storage: Storage;
  readonly judgeQueue: IQueue;
  readonly throughput: Throughput;
  /** Accounts and organisations that may send beside this account's own roles. */
  readonly senders: readonly string[];
}

/** Where responses come in: the queue that applications send to, the sampler, and the queue of what it cannot read. */
export class Intake extends Construct {
  readonly responseQueue: Queue;
  readonly responseDlq: Queue;
  readonly rejectedQueue: Queue;
  readonly sampler: AssayFunction;
  /** For the roles of applications and gateways. */
  readonly senderPolicy: ManagedPolicy;

  constructor(
    scope: Construct,
    id: string,
    { context, storage, judgeQueue, throughput, senders }: IntakeProps,
  ) {
    super(scope, id);
    const { key } = context;
    // A batch of 2,000 records takes seconds; a minute leaves room for a throttled table.
    const timeout = Duration.seconds(60);
    const window = Duration.seconds(throughput.samplerWindow);

    this.responseDlq = createQueue(this, 'ResponseDlq', { key, retentionPeriod: retention.parked });
    this.responseQueue = createQueue(this, 'ResponseQueue', {
      key,
      retentionPeriod: retention.working,
      // AWS's rule: six times the time-out, plus the batch window.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + window.toSeconds()),
      // A record comes back only while AWS itself fails. 50 tries of 380 s outlast five hours of that.
      deadLetterQueue: { queue: this.responseDlq, maxReceiveCount: 50 },
    });
    this.rejectedQueue = createQueue(this, 'RejectedQueue', { key, retentionPeriod: retention.parked });

    this.sampler = new AssayFunction(this, 'Sampler', {
      context,
      name: 'sampler',
      description: 'Assay: reads logged responses, forwards the sample to the judge, counts every record',
      timeout,
      // The 6 MB of a full batch are parsed, which takes several times that; CPU, which comes with memory, is what it waits for.
      memorySize: 1024,
      environment: {
        [env.judgeQueueUrl]: judgeQueue.queueUrl,
        [env.rejectedQueueUrl]: this.rejectedQueue.queueUrl,
        [env.seriesTable]: storage.series.tableName,
      },
    });
    this.sampler.addEventSource(
      new SqsEventSource(this.responseQueue, {
        // Counters are one update per surface and bucket of a batch, so larger batches cost less.
        batchSize: throughput.samplerBatch,
        // Records may wait this long for company: cheap, and well under the evaluator's minute.
        maxBatchingWindow: window,
        maxConcurrency: throughput.samplerConcurrency,
        // Without this one failed record would bring 2,000 back.
        reportBatchItemFailures: true,
      }),
    );
    this.sampler.allow(judgeQueue.queueArn, ['sqs:SendMessage']);
    this.sampler.allow(this.rejectedQueue.queueArn, ['sqs:SendMessage']);
    this.sampler.allow(storage.series.tableArn, [
      'dynamodb:UpdateItem',
      'dynamodb:PutItem',
      'dynamodb:BatchWriteItem',
    ]);

    // By how much surfaces are sampled more than usual.
    this.sampler.allow(storage.series.tableArn, ['dynamodb:Query'], {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': controlPartition },
    });

    for (const sender of senders) this.#letSend(sender);
    this.senderPolicy = new ManagedPolicy(this, 'SenderPolicy', {
      description: `Lets an application send its responses to Assay (${context.stage})`,
      statements: [
        new PolicyStatement({
          effect: Effect.ALLOW,
          // SendMessageBatch is covered by it; the queue's own encryption asks nothing of senders.
          actions: ['sqs:SendMessage'],
          resources: [this.responseQueue.queueArn],
        }),
        ...(key === undefined
          ? []
          : [
              new PolicyStatement({
                actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
                resources: [key.keyArn],
              }),
            ]),
      ],
    });
  }

  /** Another account's roles need the queue's word beside their own account's. */
  #letSend(sender: string): void {
    const ofOrganisation = sender.startsWith('o-');
    this.responseQueue.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [ofOrganisation ? new OrganizationPrincipal(sender) : new AccountPrincipal(sender)],
        resources: [this.responseQueue.queueArn],
      }),
    );
  }

  /** Records that the sampler put aside in 5 minutes. */
  metricRejected(): Metric {
    return this.rejectedQueue.metricNumberOfMessagesSent({
      statistic: Stats.SUM,
      period: Duration.minutes(5),
    });
  }

  /** Seconds that the oldest record waits for the sampler. */
  metricAge(): Metric {
    return this.responseQueue.metricApproximateAgeOfOldestMessage({
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(5),
    });
  }
}
