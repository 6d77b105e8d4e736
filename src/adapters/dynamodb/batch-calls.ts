import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { inParallel } from '../in-parallel.ts';
import { fromItem, type Item, toItem } from './client.ts';

/** DynamoDB's limits of one call. */
const maxWrites = 25;
const maxGets = 100;

const maxAttempts = 9;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Puts items in as few calls as the limits allow; what a busy table leaves unprocessed is sent again after a growing
 * pause. No two of the items may have the same key.
 *
 * @throws Error when throttling does not end, the SDK's error otherwise
 */
export async function putAll(
  dynamo: DynamoDBClient,
  table: string,
  items: readonly Record<string, unknown>[],
  width = 4,
): Promise<void> {
  const requests: WriteRequest[] = items.map((item) => ({ PutRequest: { Item: toItem(item) } }));
  await inParallel(parts(requests, maxWrites), width, async (part) => {
    let left = part;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const { UnprocessedItems } = await dynamo.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
      );
      left = UnprocessedItems?.[table] ?? [];
      if (left.length > 0) await pause(attempt, left.length);
    }
  });
}

/** Gets items by their keys, strongly consistent, in any order; those that do not exist are left out. */
export async function getAll(
  dynamo: DynamoDBClient,
  table: string,
  keys: readonly Key[],
  width = 4,
): Promise<Record<string, unknown>[]> {
  const unique = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
  const found: Record<string, unknown>[] = [];
  await inParallel(parts(unique, maxGets), width, async (part) => {
    let left: Item[] = part.map(({ pk, sk }) => toItem({ pk, sk }));
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const { Responses, UnprocessedKeys } = await dynamo.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []).map(fromItem));
      const before = left.length;
      left = UnprocessedKeys?.[table]?.Keys ?? [];
      // A response of 16 MB ends a call early: then there is progress, and nothing to wait for.
      if (left.length === before) await pause(attempt, left.length);
    }
  });
  return found;
}

async function pause(attempt: number, left: number): Promise<void> {
  if (attempt >= maxAttempts)
    throw new Error(`DynamoDB left ${left} items unprocessed after ${attempt} attempts; upload again later`);
  await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt * (0.5 + Math.random() / 2)));
}

function parts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
