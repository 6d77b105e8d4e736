import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { day, dayKey, dayStart } from '#core/time.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';

/** The circuit of a judge model that nobody can use until somebody acts. */
export interface Circuit {
  readonly model: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly openedAt: number;
}

export type JudgeControl = ReturnType<typeof createJudgeControl>;

/** What holds the judge back: circuits of blocked models, and the spending cap of a day. */
export function createJudgeControl(dynamo: DynamoDBClient, table: string) {
  const circuitKey = (model: string) => toItem({ pk: 'circuit', sk: model });
  const spendKey = (at: number) => toItem({ pk: 'spend', sk: dayKey(at) });

  return {
    async circuit(model: string): Promise<Circuit | undefined> {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: circuitKey(model), ConsistentRead: true }));
      return Item === undefined ? undefined : readCircuit(fromItem(Item));
    },

    async openCircuits(): Promise<Circuit[]> {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({ TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'circuit' } } }),
      );
      return Items.map((item) => readCircuit(fromItem(item)));
    },

    /** Opens the circuit, or notes the newest reason of an open one, and ends any probe. */
    async open(model: string, reason: string, now: number): Promise<void> {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: circuitKey(model),
          UpdateExpression: 'SET reason = :r, openedAt = if_not_exists(openedAt, :now), probeUntil = :zero',
          ExpressionAttributeValues: toItem({ ':r': reason, ':now': now, ':zero': 0 }),
        }),
      );
    },

    /** Whether this caller may make the one call that tests an open circuit. */
    async takeProbe(model: string, now: number, until: number): Promise<boolean> {
      try {
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: circuitKey(model),
            UpdateExpression: 'SET probeUntil = :until',
            ConditionExpression: 'attribute_exists(pk) AND probeUntil < :now',
            ExpressionAttributeValues: toItem({ ':until': until, ':now': now }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async close(model: string): Promise<void> {
      await dynamo.send(new DeleteItemCommand({ TableName: table, Key: circuitKey(model) }));
    },

    /**
     * Reserves money of a UTC day before a call. What a crash leaves reserved stays reserved: the cap holds.
     *
     * @returns whether it fits under the cap
     */
    async reserve(at: number, usd: number, capUsd: number): Promise<boolean> {
      if (usd > capUsd) return false;
      try {
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: spendKey(at),
            UpdateExpression: 'ADD spentUsd :usd SET expiresAt = :e',
            ConditionExpression: 'attribute_not_exists(spentUsd) OR spentUsd <= :room',
            ExpressionAttributeValues: toItem({ ':usd': usd, ':room': capUsd - usd, ':e': Math.ceil((at + 400 * day) / 1000) }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    /** Replaces a reservation by what a call really cost. */
    async settle(at: number, reservedUsd: number, spentUsd: number): Promise<void> {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: spendKey(at),
          UpdateExpression: 'ADD spentUsd :difference, settledUsd :spent',
          ExpressionAttributeValues: toItem({ ':difference': spentUsd - reservedUsd, ':spent': spentUsd }),
        }),
      );
    },

    /** Counts a judgement that the cap shed. */
    async noteShed(at: number): Promise<void> {
      await dynamo.send(
        new UpdateItemCommand({ TableName: table, Key: spendKey(at), UpdateExpression: 'ADD shed :one', ExpressionAttributeValues: toItem({ ':one': 1 }) }),
      );
    },

    /** US dollars reserved or spent on the UTC day of an instant, and judgements shed by the cap. */
    async spending(at: number): Promise<{ day: number; spentUsd: number; settledUsd: number; shed: number }> {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: spendKey(at) }));
      const item = Item === undefined ? {} : fromItem(Item);
      return {
        day: dayStart(dayKey(at)),
        spentUsd: Number(item['spentUsd'] ?? 0),
        settledUsd: Number(item['settledUsd'] ?? 0),
        shed: Number(item['shed'] ?? 0),
      };
    },
  };
}

function readCircuit(item: Record<string, unknown>): Circuit {
  return { model: String(item['sk']), reason: String(item['reason']), openedAt: Number(item['openedAt']) };
}
