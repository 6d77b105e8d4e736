import { BatchWriteItemCommand, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Item } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { foldedPartition, rollupPartition } from '#core/series/keys.ts';
import { day, dayKey, floorTo, foldBoundary } from '#core/time.ts';
import { makeDay, nameCohorts, tables } from './stored-surfaces.ts';

/** DynamoDB's limit of one call. */
const maxWrites = 25;

/**
 * Stores what the evaluator would have stored of every surface by `now`: recent days as they are, and those before the
 * boundary folded, which is all that it starts from. One day of each kind is stored by the evaluator's own store; the
 * others are that item under their own days. @returns how many items
 */
export async function storeHistory(
  dynamo: DynamoDBClient,
  catalogue: Catalogue,
  { days, cohorts }: { readonly days: number; readonly cohorts: number },
  now: number,
): Promise<number> {
  const store = createSeriesStore(dynamo, tables.series);
  const today = floorTo(now, day);
  const boundary = foldBoundary(now);
  const since = today - days * day;
  let items = 0;
  await inParallel(catalogue.surfaces.slice(0, -1), 4, async (surface) => {
    const name = surface.surface;
    const made = makeDay(catalogue, surface, today, nameCohorts(cohorts));
    const pack = (at: number) =>
      [...made.slices('any').keys()].map((slice) => ({
        at,
        slice,
        packed: made.packDay('any', slice, today),
      }));
    const recent = today - day;
    const fresh = pack(recent);
    for (const { slice, packed } of fresh) await store.writeDay(name, recent, slice, packed);
    await repeat(dynamo, rollupPartition(name), recent, daysBetween(Math.max(boundary, since), recent));
    made.foldBefore(today + day);
    await store.writeFolded(name, pack(since), boundary);
    for (const part of ['whole', 'parts'] as const)
      await repeat(dynamo, foldedPartition(name, part), since, daysBetween(since + day, boundary));
    items += days * fresh.length;
  });
  return items;
}

function daysBetween(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, (to - from) / day) }, (_, index) => from + index * day);
}

/** Puts the items of one day of a partition again as those of other days. */
async function repeat(
  dynamo: DynamoDBClient,
  pk: string,
  from: number,
  days: readonly number[],
): Promise<void> {
  const found: Item[] = [];
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: tables.series,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :day)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':day': { S: `${dayKey(from)}#` } },
    },
  );
  for await (const { Items = [] } of pages) found.push(...Items);
  const copies = days.flatMap((at) =>
    found.map((item) => ({
      ...item,
      sk: { S: `${dayKey(at)}${String(item.sk?.S).slice(dayKey(at).length)}` },
      expiresAt: { N: String(Number(item.expiresAt?.N) + (at - from) / 1000) },
    })),
  );
  const batches = Array.from({ length: Math.ceil(copies.length / maxWrites) }, (_, index) =>
    copies.slice(index * maxWrites, (index + 1) * maxWrites),
  );
  await inParallel(batches, 4, async (batch) => {
    await dynamo.send(
      new BatchWriteItemCommand({
        RequestItems: { [tables.series]: batch.map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
  });
}
