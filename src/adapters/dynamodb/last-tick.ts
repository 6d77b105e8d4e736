import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { tickKey } from '#core/series/control.ts';
import { minute } from '#core/time.ts';
import { fromItem, toItem } from './client.ts';

/** A tick is due each minute: what was read is believed for as long. */
const believedMs = minute;

/**
 * Reads the time of the evaluator's last tick, epoch milliseconds: how far evaluation has come, in the time that records live
 * by. Undefined before the first.
 *
 * @returns a function of the wall clock's now, which asks the table once a minute at most
 */
export function createLastTick(
  dynamo: DynamoDBClient,
  table: string,
): (now: number) => Promise<number | undefined> {
  let read: { readonly at: number; readonly tick: Promise<number | undefined> } | undefined;
  const ask = async () => {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: toItem({ ...tickKey() }), ProjectionExpression: 'tick' }),
    );
    return Item === undefined ? undefined : Number(fromItem(Item).tick);
  };
  return async (now) => {
    if (read === undefined || now - read.at >= believedMs) read = { at: now, tick: ask() };
    try {
      return await read.tick;
    } catch (error) {
      read = undefined;
      throw error;
    }
  };
}
