import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Attributes that count messages: waiting, being worked on, and waiting for their delay. */
const parts = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** Messages in queues, visible or not, by the names that are given to their URLs. Approximate, as SQS counts them. */
export async function readDepths(
  sqs: SQSClient,
  urls: Readonly<Record<string, string>>,
): Promise<Record<string, number>> {
  const depths = await Promise.all(
    Object.entries(urls).map(async ([name, QueueUrl]) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return [name, parts.reduce((sum, part) => sum + Number(Attributes[part] ?? 0), 0)] as const;
    }),
  );
  return Object.fromEntries(depths);
}
