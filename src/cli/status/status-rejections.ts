import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createSqs } from '#adapters/sqs/queue.ts';
import { ReasonTally } from '#core/report/end-reasons.ts';

/** Messages that are looked at. */
const looked = 10;

/**
 * Why messages of a local run were rejected: the commonest reasons of those that lie in front, at most ten. They stay where
 * they are and can be had at once by the next.
 *
 * @param queue URL of the rejected queue
 */
export async function peekRejections(queue: string): Promise<string[]> {
  const sqs = createSqs();
  try {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: looked,
        VisibilityTimeout: 0,
        WaitTimeSeconds: 0,
        MessageAttributeNames: ['reason'],
      }),
    );
    const reasons = new ReasonTally();
    for (const { MessageAttributes } of Messages) {
      const reason = MessageAttributes?.reason?.StringValue;
      if (reason !== undefined) reasons.add('rejected', reason, {});
    }
    return reasons.commonest.map(({ reason }) => reason);
  } finally {
    sqs.destroy();
  }
}
