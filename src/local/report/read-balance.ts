import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '#adapters/client-settings.ts';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { countersOf } from '#adapters/dynamodb/counter-store.ts';
import { parseJudgementKey } from '#adapters/dynamodb/judgement-item.ts';
import { createSqs } from '#adapters/sqs/queue.ts';
import { readDepths } from '#adapters/sqs/queue-depth.ts';
import { type JudgementState, judgementStates } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { type EndReason, ReasonTally } from '#core/report/end-reasons.ts';
import { NoteTally, type RecordNotes } from '#core/series/record-notes.ts';

/** Where everything is: counted from the tables and queues themselves, not from what the run believes. */
export interface Balance {
  readonly received: number;
  readonly rejected: number;
  /** Judgements: of a rubric that asks twice each response is two. They end together. */
  readonly sampled: number;
  readonly states: Readonly<Record<JudgementState, number>>;
  /** Messages in queues, visible or not, by queue name. */
  readonly queues: Readonly<Record<string, number>>;
  readonly notes: RecordNotes;
  /** Why judgements ended without a verdict, the commonest of each end. */
  readonly reasons: readonly EndReason[];
}

/**
 * Counts every message and judgement. Scans the local tables: for a deployed stack this would be slow and dear, so
 * only the local run and tests use it.
 */
export async function readBalance(queues: Readonly<Record<string, string>>): Promise<Balance> {
  const dynamo = new DynamoDBClient({ ...clientSettings });
  const [judgements, records, depths] = await Promise.all([
    countJudgements(dynamo),
    countRecords(dynamo),
    readQueues(queues),
  ]);
  dynamo.destroy();
  return { ...judgements, ...records, queues: depths };
}

async function countJudgements(
  dynamo: DynamoDBClient,
): Promise<Pick<Balance, 'sampled' | 'states' | 'reasons'>> {
  const states = Object.fromEntries(judgementStates.map((state) => [state, 0])) as Record<
    JudgementState,
    number
  >;
  const reasons = new ReasonTally();
  for await (const { Items = [] } of paginateScan(
    { client: dynamo },
    {
      TableName: String(process.env[env.judgementTable]),
      FilterExpression: 'attribute_exists(#s)',
      ProjectionExpression: 'sk, #s, reason, repeats, rescored',
      ExpressionAttributeNames: { '#s': 'state' },
    },
  )) {
    for (const item of Items.map(fromItem)) {
      const state = item.state;
      const { repeat, responseId } = parseJudgementKey(item);
      // Anchors' and comparisons' stand for no response; what was rescored was not sampled for it.
      const counts = repeat === 0 && item.rescored !== true;
      if (typeof state !== 'string' || !(state in states) || !counts) continue;
      const judgements = Number(item.repeats ?? 1);
      states[state as JudgementState] += judgements;
      if (state !== 'unjudgeable' && state !== 'shed' && state !== 'dlq') continue;
      for (let judgement = 0; judgement < judgements; judgement += 1)
        reasons.add(state, String(item.reason ?? 'no reason was kept'), { id: responseId });
    }
  }
  const sampled = Object.values(states).reduce((sum, count) => sum + count, 0);
  return { sampled, states, reasons: reasons.commonest };
}

async function countRecords(
  dynamo: DynamoDBClient,
): Promise<Pick<Balance, 'received' | 'rejected' | 'notes'>> {
  const tally = new NoteTally();
  let received = 0;
  let rejected = 0;
  for await (const { Items = [] } of paginateScan(
    { client: dynamo },
    {
      TableName: String(process.env[env.seriesTable]),
      // Of the slices the cohorts, which each record counts in once.
      FilterExpression: 'begins_with(pk, :count) AND contains(sk, :cohort)',
      ExpressionAttributeValues: { ':count': { S: 'count#' }, ':cohort': { S: '#c:' } },
    },
  )) {
    for (const item of Items.map(fromItem)) {
      if (!String(item.sk).slice(3).startsWith('c:')) continue;
      for (const [name, value] of Object.entries(countersOf(item))) {
        tally.add(name, value);
        if (name.startsWith('rejected:')) rejected += value;
        if (name === 'n' || name === 'feedback' || name.startsWith('rejected:') || name === 'gatewayFailures')
          received += value;
      }
    }
  }
  return { received, rejected, notes: tally.notes };
}

async function readQueues(queues: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  const sqs = createSqs();
  const depths = await readDepths(sqs, queues);
  sqs.destroy();
  return depths;
}
