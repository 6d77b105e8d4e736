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
  type Turns,
  tickKey,
  type ZoomFactors,
} from '#core/series/control.ts';
import { countPartition, dirtySortKey } from '#core/series/keys.ts';
import { isFirst, type Share, wholeShare } from '#core/share.ts';
import { isConditionFailure, toItem } from './client.ts';
import { countersOf } from './counter-store.ts';
import { createDayStore } from './day-store.ts';
import { readIncidents } from './operator-entries.ts';
import { packJson, unpackJson } from './packed-json.ts';
import { queryAll } from './query.ts';
import { addSpending, readSpending } from './spending-store.ts';
import { createSurfaceStore } from './surface-states.ts';
import { writeZoom } from './zoom-store.ts';

/** Where the scoring of anchors stands, by judge. */
export type AnchorProgressByJudge = Readonly<Record<string, AnchorProgress>>;

/** Where the scoring of anchors stood after a tick, by judge. */
export function readAnchorProgress(record: TickRecord | undefined): AnchorProgressByJudge {
  return record?.anchors === undefined ? {} : unpackJson<AnchorProgressByJudge>(record.anchors);
}

/** What a tick leaves for the next one. */
export interface TickOutcome {
  readonly anchors: AnchorProgressByJudge;
  /** Verdicts that came too late for their hour, since the beginning. */
  readonly late: number;
  /** Whose tick it is; the only evaluator's unless told otherwise. */
  readonly share?: Share | undefined;
  readonly turns?: Turns | undefined;
  /** States of all surfaces as they were stored once, while there is one that has no item of its own yet. */
  readonly states?: Uint8Array | undefined;
}

export type SeriesStore = ReturnType<typeof createSeriesStore>;

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

  const readSteering = async (): Promise<ControlReading> => readControl(await query(controlPartition));

  return {
    ...createDayStore(dynamo, table),
    ...createSurfaceStore(dynamo, table),

    /** Everything that steers the pipeline, and spending, strongly consistent, in a Query each. */
    async readControl(): Promise<ControlReading> {
      const [control, spending] = await Promise.all([readSteering(), readSpending(dynamo, table)]);
      return { ...control, spending: addSpending(control.spending, spending) };
    },

    /** The control partition alone: of spending it holds what an older version noted. */
    readSteering,

    /** Spending by day, without what an older version noted in the control partition. */
    readSpending: () => readSpending(dynamo, table),

    /** Providers' incidents that people noted. */
    async readIncidents(): Promise<Incident[]> {
      return readIncidents({ dynamo, table });
    },

    /** Sets by how much an evaluator's surfaces are sampled more than usual, for the sampler. */
    writeZoom: (share: Share, zoom: ZoomFactors) => writeZoom(dynamo, table, share.number, zoom),

    /** Takes a mark away, unless the hour was marked again since it was read. @returns whether it is known to be gone by this */
    async clearDirty({ dirty, stamp }: DirtyMark): Promise<boolean> {
      try {
        await dynamo.send(
          new DeleteItemCommand({
            TableName: table,
            Key: toItem({ ...dirtyKey(dirtySortKey(dirty)) }),
            ConditionExpression: 'stamp = :s',
            ExpressionAttributeValues: { ':s': { S: stamp } },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    /** Counter items of an hour of a surface, strongly consistent. */
    async readCounts(
      surface: string,
      hourKey: string,
    ): Promise<{ sk: string; counters: Record<string, number> }[]> {
      const items = await query(countPartition(surface, hourKey));
      return items.map((item) => ({ sk: String(item.sk), counters: countersOf(item) }));
    },

    /** Notes a tick and what it left, over an older tick only. False when a newer one stands. */
    async writeTick(
      tick: number,
      writer: string,
      { anchors, late, share = wholeShare, turns, states }: TickOutcome,
    ): Promise<boolean> {
      try {
        await dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem({
              ...tickKey(share.number),
              tick,
              writer,
              late,
              ...(isFirst(share) && { anchors: packJson(anchors) }),
              ...(share.of > 1 && { shares: share.of }),
              turns,
              states,
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
