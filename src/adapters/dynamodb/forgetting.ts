import {
  DeleteItemCommand,
  type DynamoDBClient,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DirtyHour, ItemKey } from '#core/series/keys.ts';
import { inParallel } from '../in-parallel.ts';
import { getAll } from './batch-calls.ts';
import { toItem } from './client.ts';
import { parseJudgementKey } from './judgement-item.ts';
import { queryAll } from './query.ts';

export interface ForgettingTables {
  readonly judgements: string;
  readonly ratings: string;
}

/** Everything that the tables hold of some responses, by its keys. */
export interface StoredTraces {
  /** Requests, answers, contexts and the judge's reasons. */
  readonly texts: readonly ItemKey[];
  /** Judgements: states and scores. */
  readonly judgements: readonly ItemKey[];
  readonly ratings: readonly ItemKey[];
  /** Of these ratings, those in which somebody wrote a note. */
  readonly notes: readonly ItemKey[];
}

/** Reads and writes under way at once. */
const concurrency = 8;

/** Responses whose texts carry a user's hash. One whose text was stored this very second may be missing. */
export async function findResponsesOfUser(
  dynamo: DynamoDBClient,
  { judgements }: ForgettingTables,
  userHash: string,
): Promise<string[]> {
  const keys = await queryKeys(dynamo, judgements, {
    IndexName: 'byUser',
    KeyConditionExpression: 'userHash = :v',
    ExpressionAttributeValues: { ':v': { S: userHash } },
  });
  return [...new Set(keys.map(({ pk }) => pk.slice('text#'.length)))];
}

export async function findTraces(
  dynamo: DynamoDBClient,
  tables: ForgettingTables,
  responseIds: readonly string[],
): Promise<StoredTraces> {
  const found = { texts: [] as ItemKey[], judgements: [] as ItemKey[], ratings: [] as ItemKey[] };
  await inParallel(responseIds, concurrency, async (id) => {
    const byResponse = {
      IndexName: 'byResponse',
      KeyConditionExpression: 'responseId = :v',
      ExpressionAttributeValues: { ':v': { S: id } },
    };
    const [texts, judgements, ratings] = await Promise.all([
      queryKeys(dynamo, tables.judgements, {
        KeyConditionExpression: 'pk = :v',
        ExpressionAttributeValues: { ':v': { S: `text#${id}` } },
        ConsistentRead: true,
      }),
      queryKeys(dynamo, tables.judgements, byResponse),
      queryKeys(dynamo, tables.ratings, byResponse),
    ]);
    found.texts.push(...texts);
    found.judgements.push(...judgements);
    found.ratings.push(...ratings);
  });
  const items = await getAll(dynamo, tables.ratings, found.ratings);
  return { ...found, notes: items.filter(hasNote).map(keyOf) };
}

export async function deleteItems(
  dynamo: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
): Promise<void> {
  await inParallel(keys, concurrency, async (key) => {
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: toItem({ ...key }) }));
  });
}

/**
 * Takes the notes out of ratings, those of replaced ratings too. Scores stay.
 *
 * @throws the SDK's ConditionalCheckFailedException where a rating changed meanwhile; nothing of it is lost
 */
export async function deleteNotes(
  dynamo: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
): Promise<void> {
  const items = await getAll(dynamo, table, keys);
  await inParallel(items.filter(hasNote), concurrency, async (item) => {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ ...keyOf(item) }),
        UpdateExpression: 'SET past = :past REMOVE note',
        ConditionExpression: 'uploadedAt = :uploadedAt AND past = :before',
        ExpressionAttributeValues: toItem({
          ':past': pastOf(item).map(({ note: _, ...rest }) => rest),
          ':before': pastOf(item),
          ':uploadedAt': item.uploadedAt,
        }),
      }),
    );
  });
}

/** The hour of verdicts that a judgement stands in. */
export function hourOf(key: ItemKey): DirtyHour {
  const { surface, rubric, hour } = parseJudgementKey(key);
  return { of: 'verdicts', surface, hour, rubric };
}

function hasNote(item: Readonly<Record<string, unknown>>): boolean {
  return item.note !== undefined || pastOf(item).some(({ note }) => note !== undefined);
}

function pastOf({ past }: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  return (past ?? []) as Record<string, unknown>[];
}

function keyOf({ pk, sk }: Readonly<Record<string, unknown>>): ItemKey {
  return { pk: String(pk), sk: String(sk) };
}

async function queryKeys(
  dynamo: DynamoDBClient,
  table: string,
  input: Omit<QueryCommandInput, 'TableName'>,
): Promise<ItemKey[]> {
  const items = await queryAll(dynamo, { TableName: table, ProjectionExpression: 'pk, sk', ...input });
  return items.map(keyOf);
}
