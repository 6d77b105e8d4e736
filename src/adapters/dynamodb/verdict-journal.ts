import {
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { dirtyKey, type MarkPlace, readMarkPlace } from '#core/series/control.ts';
import { mostPackedBytes } from '#core/series/day-size.ts';
import type { KeyedVerdict } from '#core/series/hour-verdicts.ts';
import { type DirtyHour, dirtySortKey } from '#core/series/keys.ts';
import { day } from '#core/time.ts';
import { inParallel } from '../in-parallel.ts';
import { retryUntil } from '../retry-until.ts';
import { fromItem, toItem } from './client.ts';
import { packJson, unpackJson } from './packed-json.ts';

/** What the judge changed last, in the order of its clock. Entries are read within minutes. */
const journalPartition = 'recent';
const entryLifetime = day;

/** Messages whose hours could not be marked by then come again by themselves. */
const markingMs = 3_000;

/** Marks under way at once. */
const concurrency = 16;

/** An end of a judgement: its hour, and what it adds to it where that is known. */
export interface VerdictChange {
  readonly hour: DirtyHour;
  readonly verdict?: KeyedVerdict | undefined;
}

/** One change of an hour's mark, with all that it was made for. */
export interface JournalledChange extends MarkPlace {
  /** The hour by its mark's name. */
  readonly hour: string;
  readonly verdicts: readonly KeyedVerdict[];
}

export type VerdictJournal = ReturnType<typeof createVerdictJournal>;

/**
 * Marks of changed hours of verdicts, and beside them the verdicts themselves, a batch an item, so that the evaluator
 * reads what came and not the hour again. The marks are the truth: each change of one is counted, and an hour of which a
 * change is not in the journal is read whole.
 */
export function createVerdictJournal(
  dynamo: DynamoDBClient,
  tables: { readonly series: string; readonly judgements: string },
) {
  return {
    /**
     * Marks hours whose verdicts changed; to be called once they are stored.
     *
     * @param stamp new each time
     * @returns what the journal is to tell of it
     * @throws the SDK's error: then all has to be marked again
     */
    async mark(changes: readonly VerdictChange[], stamp: string): Promise<JournalledChange[]> {
      const hours = Map.groupBy(changes, ({ hour }) => dirtySortKey(hour));
      const journalled: JournalledChange[] = [];
      const end = Date.now() + markingMs;
      await inParallel([...hours], concurrency, async ([hour, own]) => {
        const { Attributes = {} } = await retryUntil(end, () =>
          dynamo.send(
            new UpdateItemCommand({
              TableName: tables.series,
              Key: toItem({ ...dirtyKey(hour) }),
              UpdateExpression: 'SET stamp = :stamp, life = if_not_exists(life, :stamp) ADD changes :one',
              ExpressionAttributeValues: toItem({ ':stamp': stamp, ':one': 1 }),
              ReturnValues: 'ALL_NEW',
            }),
          ),
        );
        const place = readMarkPlace(fromItem(Attributes));
        const verdicts = own.flatMap(({ verdict }) => verdict ?? []);
        if (place !== undefined && verdicts.length === own.length)
          journalled.push({ hour, ...place, verdicts });
      });
      return journalled;
    },

    /**
     * Writes an entry. Without it, or where it is too large to be one, its hours are read whole.
     *
     * @param at the wall clock, epoch milliseconds
     * @param stamp new each time
     */
    async write(changes: readonly JournalledChange[], at: number, stamp: string): Promise<void> {
      if (changes.length === 0) return;
      const packed = packJson(changes);
      if (packed.length > mostPackedBytes) return;
      await dynamo.send(
        new PutItemCommand({
          TableName: tables.judgements,
          Item: toItem({
            pk: journalPartition,
            sk: `${new Date(at).toISOString()}#${stamp}`,
            packed,
            expiresAt: Math.ceil((at + entryLifetime) / 1000),
          }),
        }),
      );
    },

    /** Entries of an instant of the wall clock and after, strongly consistent. */
    async readSince(at: number): Promise<JournalledChange[]> {
      const found: JournalledChange[] = [];
      const pages = paginateQuery(
        { client: dynamo },
        {
          TableName: tables.judgements,
          KeyConditionExpression: 'pk = :pk AND sk >= :from',
          ExpressionAttributeValues: toItem({ ':pk': journalPartition, ':from': new Date(at).toISOString() }),
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages)
        for (const item of Items) found.push(...unpackJson<JournalledChange[]>(fromItem(item).packed));
      return found;
    },
  };
}
