import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AnchorProgress } from '#core/anchors/anchor-progress.ts';
import type { Incident } from '#core/report/incident.ts';
import {
  type ControlReading,
  controlPartition,
  type DirtyMark,
  dirtyKey,
  readControl,
  type TickRecord,
  tickKey,
} from '#core/series/control.ts';
import {
  countPartition,
  dirtySortKey,
  rollupPartition,
  rollupSortKey,
  type Slice,
} from '#core/series/keys.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { day, dayKey } from '#core/time.ts';
import { isConditionFailure, toItem } from './client.ts';
import { readIncidents } from './operator-entries.ts';
import { packJson, unpackJson } from './packed-json.ts';
import { queryAll } from './query.ts';

/** Where the scoring of anchors stands, by judge. */
export type AnchorProgressByJudge = Readonly<Record<string, AnchorProgress>>;

/** What the evaluator remembers of each surface from tick to tick. */
export type SloStates = Readonly<Record<string, unknown>>;

/** The states that a tick left, by surface. */
export function readStates(record: TickRecord | undefined): SloStates {
  return record === undefined ? {} : unpackJson<SloStates>(record.states);
}

/** Where the scoring of anchors stood after a tick, by judge. */
export function readAnchorProgress(record: TickRecord | undefined): AnchorProgressByJudge {
  return record?.anchors === undefined ? {} : unpackJson<AnchorProgressByJudge>(record.anchors);
}

/** What a tick leaves for the next one. */
export interface TickOutcome {
  readonly states: SloStates;
  readonly anchors: AnchorProgressByJudge;
  /** Verdicts that came too late for their hour, since the beginning. */
  readonly late: number;
}

export type SeriesStore = ReturnType<typeof createSeriesStore>;

/** Roll-ups are kept as long as the longest baseline needs, and some. */
const rollupLifetime = 120 * day;

/** The evaluator's side of the series table: dirty marks, counters, packed days, states. */
export function createSeriesStore(dynamo: DynamoDBClient, table: string) {
  const query = (pk: string, range?: { from: string; to: string }) =>
    queryAll(dynamo, {
      TableName: table,
      KeyConditionExpression: range === undefined ? 'pk = :pk' : 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: toItem({
        ':pk': pk,
        ...(range !== undefined && { ':from': range.from, ':to': range.to }),
      }),
      ConsistentRead: true,
    });

  return {
    /** Everything that steers the pipeline, strongly consistent, in one Query. */
    async readControl(): Promise<ControlReading> {
      return readControl(await query(controlPartition));
    },

    /** Providers' incidents that people noted. */
    async readIncidents(): Promise<Incident[]> {
      return readIncidents({ dynamo, table });
    },

    /** Takes a mark away, unless the hour was marked again since it was read. */
    async clearDirty({ dirty, stamp }: DirtyMark): Promise<void> {
      try {
        await dynamo.send(
          new DeleteItemCommand({
            TableName: table,
            Key: toItem({ ...dirtyKey(dirtySortKey(dirty)) }),
            ConditionExpression: 'stamp = :s',
            ExpressionAttributeValues: { ':s': { S: stamp } },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    /** Counter items of an hour of a surface, strongly consistent. */
    async readCounts(
      surface: string,
      hourKey: string,
    ): Promise<{ sk: string; counters: Record<string, number> }[]> {
      const items = await query(countPartition(surface, hourKey));
      return items.map(({ pk: _, sk, expiresAt: __, ...counters }) => ({
        sk: String(sk),
        counters: counters as Record<string, number>,
      }));
    },

    /** Packed days of a surface, from one instant's day to another's. */
    async readDays(
      surface: string,
      from: number,
      to: number,
    ): Promise<{ day: string; slice: Slice; packed: PackedDay }[]> {
      const items = await query(rollupPartition(surface), { from: dayKey(from), to: `${dayKey(to)}$` });
      return items.map(({ sk, columns }) => ({
        day: String(sk).slice(0, 10),
        slice: String(sk).slice(11) as Slice,
        packed: unpackJson<PackedDay>(columns),
      }));
    },

    async writeDay(surface: string, at: number, slice: Slice, packed: PackedDay): Promise<void> {
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: toItem({
            pk: rollupPartition(surface),
            sk: rollupSortKey(at, slice),
            columns: packJson(packed),
            expiresAt: Math.ceil((at + rollupLifetime) / 1000),
          }),
        }),
      );
    },

    /** Notes a tick and what it left, over an older tick only. False when a newer one stands. */
    async writeTick(tick: number, writer: string, { states, anchors, late }: TickOutcome): Promise<boolean> {
      try {
        await dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem({
              ...tickKey(),
              tick,
              writer,
              late,
              states: packJson(states),
              anchors: packJson(anchors),
            }),
            ConditionExpression: 'attribute_not_exists(pk) OR tick < :tick',
            ExpressionAttributeValues: { ':tick': { N: String(tick) } },
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
