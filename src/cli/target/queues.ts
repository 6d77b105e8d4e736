import { findStackResource, requireStackName } from './stack-names.ts';

/** Logical ids of the queues, without their digits. */
const queueIds = [
  'IntakeResponseQueue',
  'IntakeResponseDlq',
  'IntakeRejectedQueue',
  'JudgeQueue',
  'JudgeQueueJudgeDlq',
] as const;

/** URLs. */
export type QueueUrls = Readonly<Record<(typeof queueIds)[number], string>>;

/** The queues of a deployed stack, by the names that they carry in SQS. @throws CliError where one is missing */
export async function findStackQueues(stack: string): Promise<QueueUrls> {
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
  return collect((id) => urls.get(findStackResource(stack, id, 'queue', names)));
}

/** The queues of a local run. @param urls by logical id */
export function findLocalQueues(urls: Readonly<Record<string, string>>): QueueUrls {
  const byPart = new Map(Object.entries(urls).map(([id, url]) => [id.replace(/[0-9A-F]{8}$/, ''), url]));
  return collect((id) => byPart.get(id));
}

function collect(urlOf: (id: keyof QueueUrls) => string | undefined): QueueUrls {
  return Object.fromEntries(queueIds.map((id) => [id, urlOf(id) ?? ''])) as QueueUrls;
}
