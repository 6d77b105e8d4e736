import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { circuitKey } from '#core/series/control.ts';
import { second } from '#core/time.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';

export type Circuits = ReturnType<typeof createCircuits>;

/** Circuits of judge models that nobody can use until somebody acts. */
export function createCircuits(dynamo: DynamoDBClient, table: string) {
  const closedSeen = new Map<string, number>();
  /** Counts openings, so that a look that began before one does not say afterwards that the circuit is closed. */
  let openings = 0;
  /** Models whose circuit was opened from here since nothing else got through. */
  const openedByHistory = new Set<string>();

  /** Looks under way, by model: calls that come side by side share one. */
  const looks = new Map<
    string,
    { readonly openings: number; readonly found: Promise<OpenCircuit | undefined> }
  >();

  const look = async (model: string, now: number): Promise<OpenCircuit | undefined> => {
    const openingsBefore = openings;
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: toItem({ ...circuitKey(model) }), ConsistentRead: true }),
    );
    if (Item === undefined && openings === openingsBefore) closedSeen.set(model, now);
    else closedSeen.delete(model);
    return Item === undefined ? undefined : readCircuit(fromItem(Item));
  };

  return {
    /** A model's circuit, if it is open. A closed one is believed for some seconds, so that a busy judge does not ask each time. */
    findOpen(model: string, now: number): Promise<OpenCircuit | undefined> {
      if (now - (closedSeen.get(model) ?? 0) < closedBelievedMs) return Promise.resolve(undefined);
      const underWay = looks.get(model);
      if (underWay?.openings === openings) return underWay.found;
      const begun = { openings, found: look(model, now) };
      looks.set(model, begun);
      const end = () => {
        if (looks.get(model) === begun) looks.delete(model);
      };
      begun.found.then(end, end);
      return begun.found;
    },

    /**
     * Opens the circuit, or notes the newest reason of an open one, and ends any probe.
     *
     * @param byHistory for want of anything that gets through: the first call that does closes it, a probe or not
     */
    async open(model: string, reason: string, now: number, byHistory = false): Promise<OpenCircuit> {
      openings += 1;
      closedSeen.delete(model);
      if (byHistory) openedByHistory.add(model);
      else openedByHistory.delete(model);
      const { Attributes = {} } = await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: toItem({ ...circuitKey(model) }),
          UpdateExpression:
            'SET reason = :r, openedAt = if_not_exists(openedAt, :now), probeUntil = :zero, byHistory = :h',
          ExpressionAttributeValues: toItem({ ':r': reason, ':now': now, ':zero': 0, ':h': byHistory }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return readCircuit(fromItem(Attributes));
    },

    /** Whether this caller may make the one call that tests an open circuit. */
    async claimProbe(model: string, now: number, until: number): Promise<boolean> {
      try {
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem({ ...circuitKey(model) }),
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

    /** Ends a probe that told nothing of the provider; the circuit stays open for its own reason. */
    async endProbe(model: string): Promise<void> {
      try {
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem({ ...circuitKey(model) }),
            UpdateExpression: 'SET probeUntil = :zero',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':zero': { N: '0' } },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    /** A call that was on its way while the circuit opened has got through. */
    async closeIfByHistory(model: string): Promise<void> {
      if (openedByHistory.has(model)) await this.close(model);
    },

    async close(model: string): Promise<void> {
      openedByHistory.delete(model);
      await dynamo.send(new DeleteItemCommand({ TableName: table, Key: toItem({ ...circuitKey(model) }) }));
    },
  };
}

/** A circuit that is open. */
export interface OpenCircuit {
  /** Epoch milliseconds. */
  readonly openedAt: number;
  /** For want of anything that gets through, and for no reason that is known. */
  readonly byHistory: boolean;
}

function readCircuit({ openedAt, byHistory }: Record<string, unknown>): OpenCircuit {
  return { openedAt: Number(openedAt), byHistory: byHistory === true };
}

/** A circuit that was seen closed is believed closed for this long. What slips through meanwhile is refused unpaid. */
const closedBelievedMs = 5 * second;
