import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Spending, spendKey } from '#core/series/control.ts';
import { spendingKey, spendingPartition } from '#core/series/spending.ts';
import { day, dayKey } from '#core/time.ts';
import { clientSettings, quicken } from '../client-settings.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';
import { queryAll } from './query.ts';

/**
 * Spending by UTC day (`2026-11-03`), all days that are kept, strongly consistent: one Query, of one read unit.
 *
 * @param now epoch milliseconds; later days are left out. All days where absent
 */
export async function readSpending(
  dynamo: DynamoDBClient,
  table: string,
  now?: number,
): Promise<Map<string, Spending>> {
  const items = await queryAll(dynamo, {
    TableName: table,
    KeyConditionExpression: now === undefined ? 'pk = :pk' : 'pk = :pk AND sk <= :day',
    ExpressionAttributeValues: toItem({
      ':pk': spendingPartition,
      ...(now !== undefined && { ':day': dayKey(now) }),
    }),
    ConsistentRead: true,
  });
  return new Map(
    items.map(({ sk, spentUsd = 0, shed = 0, zoomedUsd, rescoredUsd }) => [
      String(sk),
      {
        spentUsd: Number(spentUsd),
        shed: Number(shed),
        ...(typeof zoomedUsd === 'number' && { zoomedUsd }),
        ...(typeof rescoredUsd === 'number' && { rescoredUsd }),
      },
    ]),
  );
}

/** What older versions noted in the control partition, and what stands in its own: on the day of an upgrade both hold a part. */
export function addSpending(
  earlier: ReadonlyMap<string, Spending>,
  spending: ReadonlyMap<string, Spending>,
): Map<string, Spending> {
  const sums = new Map(earlier);
  for (const [day, own] of spending) {
    const before = sums.get(day) ?? { spentUsd: 0, shed: 0 };
    sums.set(day, { ...own, spentUsd: before.spentUsd + own.spentUsd, shed: before.shed + own.shed });
  }
  return sums;
}

/** What of a day's money went where, noted beside it; US dollars. */
export interface SpentOn {
  /** On judging more than the usual sample. */
  readonly zoomedUsd: number;
  /** On judging what was stored under another version. */
  readonly rescoredUsd: number;
}

export type SpendingStore = ReturnType<typeof createSpendingStore>;

/** The judge's side of the spending partition: what instances draw from a day, and what they give back. */
export function createSpendingStore(dynamo: DynamoDBClient, table: string) {
  const { region, credentials, endpoint, requestHandler } = dynamo.config;
  /**
   * Adds once or not at all, for a sum that is given back twice would let others spend money that is spent. Other writes are
   * tried again, and may then count twice, on the safe side.
   */
  const onceOnly = quicken(
    new DynamoDBClient({
      region,
      credentials,
      requestHandler,
      signer: clientSettings.signer,
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: 1,
    }),
  );

  /** @param more what the same write adds beside it */
  const add = (
    client: DynamoDBClient,
    at: number,
    name: 'spentUsd' | 'shed',
    value: number,
    { room, ...spentOn }: { readonly room?: number } & Partial<SpentOn> = {},
  ) => {
    const beside = Object.entries(spentOn).filter(([, usd]) => usd > 0);
    return client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ ...spendingKey(at) }),
        UpdateExpression: `ADD ${[name, ...beside.map(([key]) => key)].map((key) => `${key} :${key}`).join(', ')} SET expiresAt = :e`,
        ...(room !== undefined && {
          ConditionExpression: 'attribute_not_exists(spentUsd) OR spentUsd <= :room',
        }),
        ExpressionAttributeValues: toItem({
          [`:${name}`]: value,
          ':e': expiry(at),
          ...Object.fromEntries(beside.map(([key, usd]) => [`:${key}`, usd])),
          ...(room !== undefined && { ':room': room }),
        }),
      }),
    );
  };

  return {
    /** Notes money of a day as spent, if the day had spent no more than `room` before. US dollars. @returns whether it did */
    async draw(at: number, usd: number, room: number): Promise<boolean> {
      try {
        await add(dynamo, at, 'spentUsd', usd, { room });
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    /**
     * Gives back what of a draw was not spent, and notes what the rest was spent on.
     *
     * @throws the SDK's error, after one attempt: {@link wasRefused} tells what it means
     */
    async giveBack(at: number, usd: number, spentOn: SpentOn): Promise<void> {
      await add(onceOnly, at, 'spentUsd', -usd, spentOn);
    },

    /** Notes what calls cost beyond what had been drawn for them. */
    async noteBeyond(at: number, usd: number, spentOn: SpentOn): Promise<void> {
      await add(dynamo, at, 'spentUsd', usd, spentOn);
    },

    /** Counts judgements that the cap shed. */
    async countShed(at: number, count: number): Promise<void> {
      await add(dynamo, at, 'shed', count);
    },

    /** What an older version noted of the day, US dollars. */
    async readEarlier(at: number): Promise<number> {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: table, Key: toItem({ ...spendKey(at) }), ConsistentRead: true }),
      );
      return Item === undefined ? 0 : Number(fromItem(Item).spentUsd ?? 0);
    },
  };
}

/** Whether a failed write is known not to have happened; after a time-out, or an error of the service, it may have. */
export function wasRefused(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

/** Spending is kept for a month of looking back; epoch seconds. */
function expiry(at: number): number {
  return Math.ceil((at + 35 * day) / 1000);
}
