import { Duration, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** How long messages wait. A message keeps its age when SQS moves it, so what is parked must be kept longer. */
export const retention = {
  /** A week: longer than any outage that nobody notices. */
  working: Duration.days(7),
  /** SQS's maximum. */
  parked: Duration.days(14),
} as const;

export interface QueueSettings {
  readonly retentionPeriod: Duration;
  readonly visibilityTimeout?: Duration;
  /** Absent for queues that messages end in. */
  readonly deadLetterQueue?: DeadLetterQueue;
  /** Customer-managed key; SQS's own where absent. */
  readonly key?: IKey | undefined;
}

/** A queue as all of Assay's are: encrypted, and closed to anything but TLS. */
export function createQueue(scope: Construct, id: string, { key, ...settings }: QueueSettings): Queue {
  const queue = new Queue(scope, id, {
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    enforceSSL: true,
    ...settings,
  });
  if (settings.deadLetterQueue === undefined) {
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'Messages end here until a person redrives them; nothing consumes this queue, so nothing can fail to.',
    });
  }
  return queue;
}
