import { inflateRawSync } from 'node:zlib';
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { getAll } from '#adapters/dynamodb/batch-calls.ts';
import { fromItem, toItem } from '#adapters/dynamodb/client.ts';
import { rollupPartition } from '#core/series/keys.ts';
import type { PackedDay } from '#core/series/series-book.ts';
import { bucketWidth, dayKey, dayStart, hour } from '#core/time.ts';

export interface ReleaseMark {
  /** Start of the 5-minute bucket of its first response. */
  readonly at: number;
  readonly release: string;
}

/** A line with more marks than this shows nothing but marks. */
const mostReleases = 20;

/**
 * When releases of a surface were first seen, from the roll-ups: so a release appears when its first hour is over.
 * Those that were there from the beginning are no news.
 */
export async function readReleases(
  dynamo: DynamoDBClient,
  table: string,
  surface: string,
  from: number,
  to: number,
): Promise<ReleaseMark[]> {
  const pk = rollupPartition(surface);
  const firstDays = new Map<string, string>();
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: toItem({ ':pk': pk, ':from': dayKey(from), ':to': `${dayKey(to)}$` }),
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const sk = String(fromItem(item).sk);
      const slice = sk.slice(11);
      if (slice.startsWith('r:') && !firstDays.has(slice)) firstDays.set(slice, sk);
    }
  }
  const newest = [...firstDays.values()].sort().slice(-mostReleases);
  const marks: ReleaseMark[] = [];
  for (const { sk, columns } of await getAll(
    dynamo,
    table,
    newest.map((sort) => ({ pk, sk: sort })),
  )) {
    const packed = JSON.parse(inflateRawSync(columns as Uint8Array).toString()) as PackedDay;
    const buckets = (packed.n ?? []).map(([bucket]) => bucket);
    if (buckets.length === 0) continue;
    const at = dayStart(String(sk).slice(0, 10)) + Math.min(...buckets) * bucketWidth;
    marks.push({ at, release: String(sk).slice(13) });
  }
  marks.sort((a, b) => a.at - b.at);
  const beginning = marks[0]?.at ?? 0;
  return marks.filter(({ at }) => at > beginning + hour);
}
