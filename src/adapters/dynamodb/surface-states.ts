import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type ControlReading, stateKey, statePartKey } from '#core/series/control.ts';
import { mostPackedBytes } from '#core/series/day-size.ts';
import { putAll } from './batch-calls.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';
import { packJson, unpackJson } from './packed-json.ts';

/** What the evaluator remembers of each surface from tick to tick, by surface. */
export type SloStates = Readonly<Record<string, unknown>>;

/** An announcement that is on its way: it is made until it is delivered, under the same id each time. */
export interface OutboxEntry {
  readonly id: string;
  readonly of: 'transition' | 'notice';
  readonly content: unknown;
}

/** What is stored of a surface. */
export interface SurfaceContent {
  /** States by SLO. */
  readonly slos: unknown;
  readonly outbox: readonly OutboxEntry[];
  /** Whether it is sampled more than usual, and why: a `ZoomState`. Absent in states of before. */
  readonly zoom?: unknown;
  /** What whoever publishes of all surfaces together has to know of this one. */
  readonly totals?: SurfaceTotals | undefined;
}

/** Of a surface at its last tick. */
export interface SurfaceTotals {
  /** Responses of the hour before: all, sampled, and such as came once more. */
  readonly received: number;
  readonly sampled: number;
  readonly redelivered: number;
  /** Judges whose anchors a warning asks about. */
  readonly askedJudges: readonly string[];
}

/**
 * What the last ticks left of surfaces; what was stored before surfaces had items of their own counts as it did.
 *
 * @param wants which surfaces; all unless told otherwise
 */
export function readSurfaces(
  { tick, surfaces }: ControlReading,
  wants: (surface: string) => boolean = () => true,
): Map<string, SurfaceContent> {
  const old = tick?.states === undefined ? {} : unpackJson<SloStates>(tick.states);
  const contents = new Map<string, SurfaceContent>();
  for (const [surface, slos] of Object.entries(old))
    if (wants(surface)) contents.set(surface, { slos, outbox: [] });
  for (const [surface, { packed }] of surfaces)
    if (wants(surface)) contents.set(surface, unpackJson<SurfaceContent>(packed));
  return contents;
}

/** The old item of all surfaces' states, while one of these surfaces has no item of its own. */
export function statesStillNeeded(
  { tick, surfaces }: ControlReading,
  names: readonly string[],
): Uint8Array | undefined {
  if (tick?.states === undefined) return undefined;
  const old = unpackJson<SloStates>(tick.states);
  return names.some((surface) => surface in old && !surfaces.has(surface)) ? tick.states : undefined;
}

/** The states that the last ticks left, by surface. */
export function readStates(control: ControlReading): SloStates {
  return Object.fromEntries([...readSurfaces(control)].map(([surface, { slos }]) => [surface, slos]));
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.max(1, Math.ceil(bytes.length / size)) }, (_, part) =>
    bytes.subarray(part * size, (part + 1) * size),
  );
}

/** What ticks leave of surfaces, an item each. */
export function createSurfaceStore(dynamo: DynamoDBClient, table: string) {
  return {
    /**
     * Stores what a tick left of a surface, over an older tick only. Parts go first and old ones last, so that a
     * record is whole or not there.
     *
     * @returns false where a newer tick's stands
     */
    async writeSurface(surface: string, tick: number, content: SurfaceContent): Promise<boolean> {
      const [packed = new Uint8Array(), ...parts] = cut(packJson(content), mostPackedBytes);
      await putAll(
        dynamo,
        table,
        parts.map((part, index) => ({ ...statePartKey(surface, tick, index), packed: part })),
      );
      try {
        const { Attributes } = await dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem({ ...stateKey(surface), tick, packed, parts: parts.length }),
            ConditionExpression: 'attribute_not_exists(pk) OR tick <= :tick',
            ExpressionAttributeValues: { ':tick': { N: String(tick) } },
            ReturnValues: 'ALL_OLD',
          }),
        );
        const before = Attributes === undefined ? undefined : fromItem(Attributes);
        if (before !== undefined && Number(before.tick) < tick)
          for (let part = 0; part < Number(before.parts ?? 0); part += 1)
            await dynamo.send(
              new DeleteItemCommand({
                TableName: table,
                Key: toItem({ ...statePartKey(surface, Number(before.tick), part) }),
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
