import { CliError } from './output.ts';
import type { RedriveQueues } from './redrive-messages.ts';

/** Queue URLs of a deployed stack, by the names that its queues carry in SQS. */
export async function readStackQueues(stack: string): Promise<RedriveQueues> {
  const { SQSClient, ListQueuesCommand } = await import('@aws-sdk/client-sqs');
  const sqs = new SQSClient({});
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${stack}-` }));
  const find = (part: string) => {
    const found = QueueUrls.find((url) => new RegExp(`/${stack}-${part}[0-9A-F]{8}-`).test(url));
    if (found === undefined)
      throw new CliError(
        `The account and region of your AWS credentials have no queue "${stack}-${part}…". Is "${stack}" the name of an Assay stack there?`,
      );
    return found;
  };
  return {
    responses: find('IntakeResponseQueue'),
    rejected: find('IntakeRejectedQueue'),
    judge: find('JudgeQueue'),
    judgeDlq: find('JudgeQueueJudgeDlq'),
  };
}
