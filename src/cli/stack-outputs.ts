import type { RedriveQueues } from './redrive-messages.ts';
import { findStackResource, requireStackName } from './stack-names.ts';

/** Queue URLs of a deployed stack, by the names that its queues carry in SQS. */
export async function readStackQueues(stack: string): Promise<RedriveQueues> {
  requireStackName(stack);
  const { SQSClient, ListQueuesCommand } = await import('@aws-sdk/client-sqs');
  const sqs = new SQSClient({});
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${stack}-` }));
  const urls = new Map(QueueUrls.map((url) => [url.slice(url.lastIndexOf('/') + 1), url]));
  const find = (part: string) => urls.get(findStackResource(stack, part, 'queue', [...urls.keys()])) ?? '';
  return {
    responses: find('IntakeResponseQueue'),
    rejected: find('IntakeRejectedQueue'),
    judge: find('JudgeQueue'),
    judgeDlq: find('JudgeQueueJudgeDlq'),
  };
}
