import type { RedriveQueues } from '../operate/redrive-messages.ts';
import { findStackResource, requireStackName } from './stack-names.ts';

/** Logical ids of the stack's queues, without their digits. */
const queueIds = [
  'IntakeResponseQueue',
  'IntakeResponseDlq',
  'IntakeRejectedQueue',
  'JudgeQueue',
  'JudgeQueueJudgeDlq',
] as const;
export type StackQueues = Readonly<Record<(typeof queueIds)[number], string>>;

/** URLs of a deployed stack's queues, by the names that they carry in SQS. @throws CliError where one is missing */
export async function findStackQueues(stack: string): Promise<StackQueues> {
  requireStackName(stack);
  const { SQSClient, paginateListQueues } = await import('@aws-sdk/client-sqs');
  const urls = new Map<string, string>();
  const pages = paginateListQueues(
    { client: new SQSClient({}), pageSize: 1_000 },
    { QueueNamePrefix: `${stack}-` },
  );
  for await (const { QueueUrls = [] } of pages)
    for (const url of QueueUrls) urls.set(url.slice(url.lastIndexOf('/') + 1), url);
  const names = [...urls.keys()];
  return Object.fromEntries(
    queueIds.map((id) => [id, urls.get(findStackResource(stack, id, 'queue', names)) ?? '']),
  ) as StackQueues;
}

/** Those that a redrive needs. */
export async function readStackQueues(stack: string): Promise<RedriveQueues> {
  const queues = await findStackQueues(stack);
  return {
    responses: queues.IntakeResponseQueue,
    rejected: queues.IntakeRejectedQueue,
    judge: queues.JudgeQueue,
    judgeDlq: queues.JudgeQueueJudgeDlq,
  };
}
