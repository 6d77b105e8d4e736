import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { packWithin } from '#core/series/day-size.ts';
import {
  foldedPartition,
  foldedThroughKey,
  rollupPartition,
  rollupSortKey,
  type Slice,
} from '#core/series/keys.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { day, dayKey } from '#core/time.ts';
import { putAll } from './batch-calls.ts';
import { fromItem, toItem } from './client.ts';
import { packJson, unpackJson } from './packed-json.ts';

/** Roll-ups are kept as long as the longest baseline needs, and some. */
const rollupLifetime = 120 * day;

/** A day of a slice, as it is stored. */
export interface StoredDay {
  readonly day: string;
  readonly slice: Slice;
  readonly packed: PackedDay;
}

function storedDay({ sk, columns }: Readonly<Record<string, unknown>>): StoredDay {
  const name = String(sk);
  return { day: name.slice(0, 10), slice: name.slice(11) as Slice, packed: unpackJson<PackedDay>(columns) };
}

function dayItem(pk: string, at: number, slice: Slice, packed: PackedDay): Record<string, unknown> {
  return {
    pk,
    sk: rollupSortKey(at, slice),
    columns: packWithin(packed, packJson).packed,
    expiresAt: Math.ceil((at + rollupLifetime) / 1000),
  };
}

/** Packed days of the series table: as they are, and folded, for an evaluator that starts. */
export function createDayStore(dynamo: DynamoDBClient, table: string) {
  const eachItem = async (
    pk: string,
    { from, to }: { from: string; to: string },
    visit: (item: Record<string, unknown>) => void,
  ) => {
    const pages = paginateQuery(
      { client: dynamo },
      {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: toItem({ ':pk': pk, ':from': from, ':to': to }),
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) for (const item of Items) visit(fromItem(item));
  };

  const eachDay = (surface: string, from: number, to: number, visit: (day: StoredDay) => void) =>
    eachItem(rollupPartition(surface), { from: dayKey(from), to: `${dayKey(to)}$` }, (item) =>
      visit(storedDay(item)),
    );

  const readItem = async (pk: string, at: number, slice: Slice): Promise<PackedDay | undefined> => {
    const sk = rollupSortKey(at, slice);
    let found: PackedDay | undefined;
    await eachItem(pk, { from: sk, to: sk }, (item) => {
      found = unpackJson<PackedDay>(item.columns);
    });
    return found;
  };

  return {
    /** Packed days of a surface, from one instant's day to another's, a page at a time. */
    eachDay,

    /** All of {@link eachDay} at once. */
    async readDays(surface: string, from: number, to: number): Promise<StoredDay[]> {
      const days: StoredDay[] = [];
      await eachDay(surface, from, to, (each) => days.push(each));
      return days;
    },

    /** One packed day of a slice; undefined where there is none. */
    readDay: (surface: string, at: number, slice: Slice) => readItem(rollupPartition(surface), at, slice),

    /** The same folded. */
    readFoldedDay: (surface: string, at: number, slice: Slice) =>
      readItem(foldedPartition(surface, slice === '*' ? 'whole' : 'parts'), at, slice),

    async writeDay(surface: string, at: number, slice: Slice, day: PackedDay): Promise<void> {
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: toItem(dayItem(rollupPartition(surface), at, slice, day)),
        }),
      );
    },

    /**
     * Folded days of a surface, a page at a time: of the whole since one instant, of its parts since another.
     *
     * @returns up to which instant the surface is folded; undefined where it never was
     */
    async readFolded(
      surface: string,
      since: { readonly whole: number; readonly parts: number },
      visit: (day: StoredDay) => void,
    ): Promise<number | undefined> {
      let through: number | undefined;
      const range = (from: number) => ({ from: dayKey(from), to: foldedThroughKey });
      await eachItem(foldedPartition(surface, 'whole'), range(since.whole), (item) => {
        if (item.sk === foldedThroughKey) through = Number(item.through);
        else visit(storedDay(item));
      });
      await eachItem(foldedPartition(surface, 'parts'), range(since.parts), (item) => visit(storedDay(item)));
      return through;
    },

    /** Stores folded days, and then that the surface is folded up to an instant. */
    async writeFolded(
      surface: string,
      days: Iterable<{ readonly at: number; readonly slice: Slice; readonly packed: PackedDay }>,
      through: number | undefined,
    ): Promise<void> {
      const items = [...days].map(({ at, slice, packed }) =>
        dayItem(foldedPartition(surface, slice === '*' ? 'whole' : 'parts'), at, slice, packed),
      );
      await putAll(dynamo, table, items);
      if (through !== undefined)
        await putAll(dynamo, table, [
          { pk: foldedPartition(surface, 'whole'), sk: foldedThroughKey, through },
        ]);
    },
  };
}
