import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { ItemKey } from '#core/series/keys.ts';
import { inParallel } from '../in-parallel.ts';
import { fromItem, type Item, toItem } from './client.ts';

/** DynamoDB's limits of one call. */
const maxWrites = 25;
const maxGets = 100;

export interface BatchOptions {
  /** Calls under way at once; 4 unless told otherwise. */
  readonly concurrency?: number;
  /** How often a call is made while the table leaves some of it unprocessed; 9 unless told otherwise. */
  readonly attempts?: number;
  /** Whether a get sees every write before it, at twice the read units; so it is unless told otherwise. */
  readonly consistent?: boolean;
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
  options: BatchOptions = {},
): Promise<void> {
  await writeAll(
    dynamo,
    table,
    items.map((item) => ({ PutRequest: { Item: toItem(item) } })),
    options,
  );
}

/** Deletes items by their keys, as {@link putAll} puts them; those that do not exist are passed over. */
export async function deleteAll(
  dynamo: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
  options: BatchOptions = {},
): Promise<void> {
  await writeAll(
    dynamo,
    table,
    keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: toItem({ pk, sk }) } })),
    options,
  );
}

async function writeAll(
  dynamo: DynamoDBClient,
  table: string,
  requests: readonly WriteRequest[],
  { concurrency = 4, attempts = 9 }: BatchOptions,
): Promise<void> {
  await inParallel(parts(requests, maxWrites), concurrency, async (part) => {
    let left = part;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const { UnprocessedItems } = await dynamo.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
      );
      left = UnprocessedItems?.[table] ?? [];
      if (left.length > 0) await pause(attempt, attempts, left.length);
    }
  });
}

/** Gets items by their keys, in any order; those that do not exist are left out. */
export async function getAll(
  dynamo: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
  { concurrency = 4, attempts = 9, consistent = true }: BatchOptions = {},
): Promise<Record<string, unknown>[]> {
  const unique = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
  const found: Record<string, unknown>[] = [];
  await inParallel(parts(unique, maxGets), concurrency, async (part) => {
    let left: Item[] = part.map(({ pk, sk }) => toItem({ pk, sk }));
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const { Responses, UnprocessedKeys } = await dynamo.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: consistent } } }),
      );
      found.push(...(Responses?.[table] ?? []).map(fromItem));
      const before = left.length;
      left = UnprocessedKeys?.[table]?.Keys ?? [];
      // A response of 16 MB ends a call early: then there is progress, and nothing to wait for.
      if (left.length === before) await pause(attempt, attempts, left.length);
    }
  });
  return found;
}

async function pause(attempt: number, attempts: number, left: number): Promise<void> {
  if (attempt >= attempts)
    throw new Error(`DynamoDB left ${left} items unprocessed after ${attempt} attempts; try again later`);
  await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt * (0.5 + Math.random() / 2)));
}

function parts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
