import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { calibrationStampKey, dirtyKey } from '#core/series/control.ts';
import type { Increments } from '#core/series/count-record.ts';
import { type DirtyHour, dirtySortKey, feedbackKey, type ItemKey } from '#core/series/keys.ts';
import { day } from '#core/time.ts';
import { putAll } from './batch-calls.ts';
import { isConditionFailure, toItem } from './client.ts';

/** DynamoDB's limit on an update expression is 4 KB and 300 operators; an increment takes one operator and 10 bytes. */
const maxColumnsPerUpdate = 290;

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
  /** Adds increments to one item. @throws the SDK's error; then nothing or, above 290 columns, a part was added */
  add(key: ItemKey, at: number, increments: Increments): Promise<void>;
  /** Marks hours as changed. A mark's stamp is new each time, so that a change during a recomputation is not lost. */
  markDirty(hours: readonly DirtyHour[], stamp: string): Promise<void>;
  /** Whether this is the first negative feedback of a response (or the same message again, after a crash). */
  claimFeedback(surface: string, responseId: string, messageId: string, at: number): Promise<boolean>;
}

export function createCounterStore(dynamo: DynamoDBClient, table: string): CounterStore {
  return {
    async add(key, at, increments) {
      const columns = [...increments].filter(([, by]) => by !== 0);
      for (let start = 0; start < columns.length; start += maxColumnsPerUpdate) {
        const part = columns.slice(start, start + maxColumnsPerUpdate);
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem({ ...key }),
            UpdateExpression: `SET expiresAt = :e ADD ${part.map((_, i) => `#${i} :${i}`).join(',')}`,
            ExpressionAttributeNames: Object.fromEntries(part.map(([name], i) => [`#${i}`, name])),
            ExpressionAttributeValues: {
              ':e': { N: String(Math.ceil((at + counterLifetime) / 1000)) },
              ...Object.fromEntries(part.map(([, by], i) => [`:${i}`, { N: addend(by) }])),
            },
          }),
        );
      }
    },

    async markDirty(hours, stamp) {
      const unique = new Map(hours.map((dirty) => [dirtySortKey(dirty), dirty]));
      const marks = [...unique.keys()].map((sk) => ({ ...dirtyKey(sk), stamp }));
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

/** DynamoDB adds exactly within 38 digits, and refuses what is smaller than 1e-130: a trillionth is fine enough. */
function addend(by: number): string {
  return Number.isInteger(by) ? String(by) : by.toFixed(12);
}
