import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { calibrationStampKey, dirtyKey } from '#core/series/control.ts';
import type { Increments } from '#core/series/count-record.ts';
import { type DirtyHour, dirtySortKey, feedbackKey, type ItemKey } from '#core/series/keys.ts';
import { day } from '#core/time.ts';
import { putAll } from './batch-calls.ts';
import { isConditionFailure, isRefusedForGood, toItem } from './client.ts';

/**
 * Most columns that one call adds to. DynamoDB's limits on an update: an expression of 4 KB with 300 operators, of which
 * an increment takes 10 bytes and one; and 2 MB of names and values together, of which the longest name takes 600 bytes.
 */
export const maxColumnsPerUpdate = 290;

/** Some 3 s of a throttled table: messages whose hours could not be marked come again by themselves. */
const markAttempts = 7;

/** Raw counters outlive the freeze of their hour, so that a dirty hour can be recomputed. */
const counterLifetime = 8 * day;

/** Tells the evaluator that calibrations changed. `stamp` is new each time. */
export async function stampCalibrations(dynamo: DynamoDBClient, table: string, stamp: string): Promise<void> {
  await dynamo.send(
    new PutItemCommand({ TableName: table, Item: toItem({ ...calibrationStampKey(), stamp }) }),
  );
}

/** Counters of every record and the marks that tell the evaluator which hours changed. */
export interface CounterStore {
  /**
   * Adds increments to one item, all of them or none, and once whatever becomes of the answer, unless another addition comes
   * between two tries; `at` is the start of its bucket.
   *
   * @param spare takes what the item has no room for: one that grew before names were bounded
   * @throws the SDK's error: then nothing was added
   * @throws RangeError above 290 columns
   */
  add(key: ItemKey, at: number, increments: Increments, spare?: ItemKey): Promise<void>;
  /**
   * Marks hours as changed, to be read whole. A mark's stamp is new each time, so that a change during a recomputation is
   * not lost.
   */
  markDirty(hours: readonly DirtyHour[], stamp: string): Promise<void>;
  /** Whether this is the first negative feedback of a response (or the same message again, after a crash). */
  claimFeedback(surface: string, responseId: string, messageId: string, at: number): Promise<boolean>;
}

export function createCounterStore(dynamo: DynamoDBClient, table: string): CounterStore {
  async function update(key: ItemKey, at: number, part: Columns, spare: ItemKey | undefined): Promise<void> {
    // New with each addition: the SDK tries again where an answer is lost on the way, and the item has it already.
    const stamp = randomBytes(9).toString('base64url');
    const updating = new UpdateItemCommand({
      TableName: table,
      Key: toItem({ ...key }),
      UpdateExpression: `SET expiresAt = :e, stamp = :s ADD ${part.map((_, i) => `#${i} :${i}`).join(',')}`,
      ConditionExpression: 'attribute_not_exists(stamp) OR stamp <> :s',
      ExpressionAttributeNames: Object.fromEntries(part.map(([name], i) => [`#${i}`, name])),
      ExpressionAttributeValues: {
        ':e': { N: String(Math.ceil((at + counterLifetime) / 1000)) },
        ':s': { S: stamp },
        ...Object.fromEntries(part.map(([, by], i) => [`:${i}`, { N: addend(by) }])),
      },
    });
    try {
      await dynamo.send(updating);
    } catch (error) {
      if (isConditionFailure(error)) return;
      if (spare === undefined || !isRefusedForGood(error)) throw error;
      await update(spare, at, part, undefined);
    }
  }

  return {
    async add(key, at, increments, spare) {
      const columns = [...increments].filter(([, by]) => by !== 0);
      if (columns.length > maxColumnsPerUpdate)
        throw new RangeError(
          `wanted at most ${maxColumnsPerUpdate} columns to add to, got ${columns.length}: add to them by several calls`,
        );
      if (columns.length > 0) await update(key, at, columns, spare);
    },

    async markDirty(hours, stamp) {
      const unique = new Map(hours.map((dirty) => [dirtySortKey(dirty), dirty]));
      const marks = [...unique].map(([sk, { of }]) => ({
        ...dirtyKey(sk),
        stamp,
        // A change that no journal tells of.
        ...(of === 'verdicts' && { life: stamp, changes: 1 }),
      }));
      await putAll(dynamo, table, marks, { concurrency: 1, attempts: markAttempts });
    },

    async claimFeedback(surface, responseId, messageId, at) {
      try {
        await dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem({
              ...feedbackKey(surface, responseId),
              messageId,
              expiresAt: Math.ceil((at + 30 * day) / 1000),
            }),
            ConditionExpression: 'attribute_not_exists(pk) OR messageId = :m',
            ExpressionAttributeValues: { ':m': { S: messageId } },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

/** The counters of an item, by column: all of it but its key, its end and the stamp of what was added last. */
export function countersOf(item: Readonly<Record<string, unknown>>): Record<string, number> {
  const { pk: _pk, sk: _sk, expiresAt: _expiresAt, stamp: _stamp, ...counters } = item;
  return counters as Record<string, number>;
}

type Columns = readonly (readonly [name: string, by: number])[];

/** DynamoDB adds exactly within 38 digits, and refuses what is smaller than 1e-130: a trillionth is fine enough. */
function addend(by: number): string {
  return Number.isInteger(by) ? String(by) : by.toFixed(12);
}
