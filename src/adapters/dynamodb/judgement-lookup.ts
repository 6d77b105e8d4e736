import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { JudgementState } from '#core/judging/judgement.ts';
import type { JudgedResponse, JudgeResult } from '#core/rating/judged-response.ts';
import { inParallel } from '../in-parallel.ts';
import { getAll, type Key } from './batch-calls.ts';
import { fromItem } from './client.ts';

/** Queries under way at once. */
const width = 24;

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
  const keys: Key[] = [];
  await inParallel(responseIds, width, async (responseId) => {
    const pages = paginateQuery(
      { client: dynamo },
      {
        TableName: table,
        IndexName: 'byResponse',
        KeyConditionExpression: 'responseId = :id',
        ExpressionAttributeValues: { ':id': { S: responseId } },
        ProjectionExpression: 'pk, sk',
      },
    );
    for await (const { Items = [] } of pages)
      keys.push(
        ...Items.map(fromItem)
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
  const [, surface = '', rubricName = ''] = String(item.pk).split('#');
  const [responseId = '', fingerprint = ''] = String(item.sk).split('#');
  const at = rubricName.lastIndexOf('@');
  const rubrics = found.get(responseId) ?? new Map<string, Writable>();
  found.set(responseId, rubrics);
  const known: Writable = rubrics.get(`${surface}#${rubricName}`) ?? {
    responseId,
    surface,
    rubric: { id: rubricName.slice(0, at), version: Number(rubricName.slice(at + 1)) },
    at: Number(item.at),
    judges: {},
  };
  rubrics.set(`${surface}#${rubricName}`, known);
  known.judges[fingerprint] = {
    state: item.state as JudgementState,
    score: typeof item.score === 'number' ? item.score : undefined,
    probability: Number(item.probability ?? 1),
    returnedModel: typeof item.returnedModel === 'string' ? item.returnedModel : undefined,
  };
}
