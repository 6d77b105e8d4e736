/** Logical ids of the queues, without their digits. */
const queueIds = [
  'IntakeResponseQueue',
  'IntakeResponseDlq',
  'IntakeRejectedQueue',
  'JudgeQueue',
  'JudgeQueueJudgeDlq',
  'RatingIntakeRatingDlq',
] as const;

/** URLs. */
export type QueueUrls = Readonly<Record<(typeof queueIds)[number], string>>;

/** The queues of a local run. @param urls by logical id */
export function findLocalQueues(urls: Readonly<Record<string, string>>): QueueUrls {
  const byPart = new Map(Object.entries(urls).map(([id, url]) => [id.replace(/[0-9A-F]{8}$/, ''), url]));
  return Object.fromEntries(queueIds.map((id) => [id, byPart.get(id) ?? ''])) as QueueUrls;
}
