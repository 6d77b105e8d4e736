import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { JudgementState } from '#core/judging/judgement.ts';
import type { JudgedResponse, JudgeResult } from '#core/rating/judged-response.ts';
import type { ItemKey } from '#core/series/keys.ts';
import { inParallel } from '../in-parallel.ts';
import { getAll } from './batch-calls.ts';
import { parseJudgementKey } from './judgement-item.ts';
import { queryAll } from './query.ts';

/** Queries under way at once. */
const concurrency = 24;

/**
 * Finds by response id what was judged, whatever the surface, the rubric and the judge. The index is written a moment
 * after the judgement, so one of this very second may be missing.
 *
 * @returns by response id, one entry for each rubric version; ids that nobody judged are left out
 */
export async function findJudged(
  dynamo: DynamoDBClient,
  table: string,
  responseIds: readonly string[],
): Promise<Map<string, JudgedResponse[]>> {
  const keys: ItemKey[] = [];
  await inParallel(responseIds, concurrency, async (responseId) => {
    const items = await queryAll(dynamo, {
      TableName: table,
      IndexName: 'byResponse',
      KeyConditionExpression: 'responseId = :id',
      ExpressionAttributeValues: { ':id': { S: responseId } },
      ProjectionExpression: 'pk, sk',
    });
    keys.push(
      ...items
        .map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
        .filter(({ pk, sk }) => pk.startsWith('judgement#') && sk.endsWith('#0')),
    );
  });
  const found = new Map<string, Map<string, Writable>>();
  for (const item of await getAll(dynamo, table, keys)) addJudgement(found, item);
  return new Map([...found].map(([id, rubrics]) => [id, [...rubrics.values()]]));
}

interface Writable extends JudgedResponse {
  readonly judges: Record<string, JudgeResult>;
}

function addJudgement(found: Map<string, Map<string, Writable>>, item: Record<string, unknown>): void {
  const { surface, rubric, responseId, fingerprint } = parseJudgementKey(item);
  const name = `${surface}#${rubric.id}@${rubric.version}`;
  const rubrics = found.get(responseId) ?? new Map<string, Writable>();
  found.set(responseId, rubrics);
  const known: Writable = rubrics.get(name) ?? {
    responseId,
    surface,
    rubric,
    at: Number(item.at),
    judges: {},
  };
  rubrics.set(name, known);
  known.judges[fingerprint] = {
    state: item.state as JudgementState,
    score: typeof item.score === 'number' ? item.score : undefined,
    probability: Number(item.probability ?? 1),
    returnedModel: typeof item.returnedModel === 'string' ? item.returnedModel : undefined,
  };
}
