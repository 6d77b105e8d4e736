import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Judge } from '#core/judges/judge.ts';
import { createQueue, retention } from './queue.ts';

/**
 * Time-out of the judge function: two calls of a slow reasoning model, one after the other, and what lies around them. A
 * call at flex may take minutes, and one at standard follow it: Lambda's longest.
 */
export function judgeTimeout(judges: readonly Pick<Judge, 'tier'>[]): Duration {
  return Duration.minutes(judges.some(({ tier }) => tier === 'flex') ? 15 : 3);
}

export interface JudgeQueueProps {
  readonly key?: IKey | undefined;
  readonly judges?: readonly Pick<Judge, 'tier'>[];
}

/** The queue of sampled responses. It stands apart from `Judging`, for the sampler needs it and no more. */
export class JudgeQueue extends Construct {
  readonly queue: Queue;
  readonly dlq: Queue;

  constructor(scope: Construct, id: string, { key, judges = [] }: JudgeQueueProps = {}) {
    super(scope, id);
    this.dlq = createQueue(this, 'JudgeDlq', { key, retentionPeriod: retention.parked });
    this.queue = createQueue(this, 'JudgeQueue', {
      key,
      retentionPeriod: retention.working,
      // AWS's rule: six times the time-out. A wait that the judge chooses (backoff, circuit) replaces it message by message.
      visibilityTimeout: Duration.seconds(6 * judgeTimeout(judges).toSeconds()),
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
