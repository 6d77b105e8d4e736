import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  comparisonRepeat,
  type EndWithoutVerdict,
  type JudgementState,
  type JudgeTask,
  judgementKey,
  judgementPartition,
} from '#core/judging/judgement.ts';
import type { TextRefusals } from '#core/judging/refusal-history.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';
import {
  endAttributes,
  type JudgedVerdict,
  parseJudgement,
  type StoredJudgement,
  takenOver,
  verdictAttributes,
} from './judgement-item.ts';
import { packTexts, textKey } from './judgement-texts.ts';
import { acquired, type Delivery, type Lease, type LeaseWanted, takeLease } from './lease.ts';
import { queryAll } from './query.ts';
import { createTextReader } from './text-reader.ts';

export interface Lifetimes {
  /** Milliseconds after the response. */
  readonly texts: number;
  readonly scores: number;
}

export type JudgementStore = ReturnType<typeof createJudgementStore>;

/** Judgements: leases while one is worked on, then its end state; texts as separate items with a shorter life. */
export function createJudgementStore(dynamo: DynamoDBClient, table: string, lifetimes: Lifetimes) {
  const expiry = (task: JudgeTask, lifetime: number) => Math.ceil((Date.parse(task.at) + lifetime) / 1000);

  const read = async (task: JudgeTask) => {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: toItem({ ...judgementKey(task) }), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : fromItem(Item);
  };

  /** Writes over a lease that is still ours. False when it is not. */
  const finish = async (
    task: JudgeTask,
    owner: string,
    attributes: Record<string, unknown>,
    remove = ['leaseUntil', '#owner'],
  ) => {
    const names = Object.keys(attributes);
    try {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: toItem({ ...judgementKey(task) }),
          UpdateExpression: `SET ${names.map((_, i) => `#${i} = :${i}`).join(', ')} REMOVE ${remove.join(', ')}`,
          ConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: {
            '#owner': 'owner',
            ...Object.fromEntries(names.map((name, i) => [`#${i}`, name])),
          },
          ExpressionAttributeValues: toItem({
            ':owner': owner,
            ...Object.fromEntries(names.map((name, i) => [`:${i}`, attributes[name]])),
          }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  };

  const storeTexts = async (task: JudgeTask, { criteria }: JudgedVerdict) => {
    const reasons = Object.fromEntries(Object.entries(criteria).map(([id, { reason }]) => [id, reason]));
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({
          ...textKey(task),
          responseTextOf: task.responseId,
          // Key of the sparse index `byUser`.
          ...(task.userHash !== undefined && { userHash: task.userHash }),
          texts: packTexts({ texts: task.texts, reasons }),
          expiresAt: expiry(task, lifetimes.texts),
        }),
      }),
    );
  };

  return {
    /**
     * Takes the lease of a judgement until `until`, if nobody holds it and it has not ended. Counts a try. One that ended in the
     * DLQ is taken up again from a redriven message: its `redrive` is higher, or it is another message than the one that ended
     * there. That one, where it comes again since its deletion was lost, and its copies of before are no redrive.
     *
     * @param repeats how often the judge is asked: so many judgements of the balance are in the one item
     */
    async acquire(
      task: JudgeTask,
      owner: string,
      now: number,
      until: number,
      delivery?: Delivery,
      repeats = 1,
    ): Promise<Lease> {
      const wanted: LeaseWanted = {
        task,
        owner,
        now,
        until,
        delivery,
        repeats,
        expiresAt: expiry(task, lifetimes.scores),
      };
      try {
        return await takeLease(dynamo, table, wanted);
      } catch (error) {
        const isTaken = isConditionFailure(error);
        const item = await (isTaken ? read(task) : read(task).catch(() => undefined));
        const state = item?.state as JudgementState | undefined;
        // An answer was lost on the way, to the SDK's first try or to all: the lease is ours already.
        if (state === 'leased' && item?.owner === owner) return acquired(owner, item);
        if (!isTaken) throw error;
        if (item !== undefined && item.at !== Date.parse(task.at)) return { kind: 'other' };
        if (state === undefined || state === 'leased' || state === 'waiting')
          return { kind: 'held', until: Number(item?.leaseUntil ?? now) };
        return {
          kind: 'ended',
          state,
          sent: item?.sent === true,
          reason: String(item?.reason ?? ''),
        };
      }
    },

    /** Gives the lease back for a later try. @param tries that count so far @param refusals where there are more */
    async release(task: JudgeTask, owner: string, tries: number, refusals?: TextRefusals): Promise<void> {
      const refused = refusals && { refusals: refusals.count, refusedFrom: refusals.firstAt };
      await finish(task, owner, { state: 'waiting', tries, ...refused });
    },

    /** Gives up a judgement that goes on under another key, or may be asked for anew. It expires. */
    async abandon(task: JudgeTask, owner: string, now: number): Promise<void> {
      const rescored = task.rescored === true ? { rescored: true } : {};
      const anew = { state: 'waiting', tries: 0, refusals: 0, ...rescored };
      await finish(task, owner, { ...anew, expiresAt: Math.ceil(now / 1000) });
    },

    /** What the same judge said of a response when versions were compared; undefined where it was not asked then. */
    async readCompared(task: JudgeTask): Promise<JudgedVerdict | undefined> {
      const item = await read({ ...task, repeat: comparisonRepeat });
      return item === undefined || item.at !== Date.parse(task.at) ? undefined : takenOver(item);
    },

    /** Stores texts, then the verdict; of a repeat only the verdict. False when the lease was lost meanwhile. */
    async storeVerdict(task: JudgeTask, owner: string, judged: JudgedVerdict): Promise<boolean> {
      if (task.repeat === 0) await storeTexts(task, judged);
      return finish(task, owner, verdictAttributes(task, judged));
    },

    /** Ends a judgement without a verdict. False when the lease was lost meanwhile. */
    end(task: JudgeTask, owner: string, state: EndWithoutVerdict, reason: string): Promise<boolean> {
      return finish(task, owner, endAttributes(task, state, reason));
    },

    /** Ends a judgement in the DLQ, and notes by which message, so that a redrive is told from that one. False as above. */
    bury(task: JudgeTask, owner: string, reason: string, now: number, { messageId }: Delivery) {
      const buried = { ...endAttributes(task, 'dlq', reason), buriedId: messageId, buriedAt: now };
      return finish(task, owner, buried);
    },

    /** Notes that the DLQ took the message of a judgement that ended there. */
    async markSent(task: JudgeTask): Promise<void> {
      try {
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem({ ...judgementKey(task) }),
            UpdateExpression: 'SET sent = :true',
            ConditionExpression: '#state = :dlq',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':true': { BOOL: true }, ':dlq': { S: 'dlq' } },
          }),
        );
      } catch (error) {
        // Already redriven: it is under way again.
        if (!isConditionFailure(error)) throw error;
      }
    },

    /**
     * Every first judgement of an hour of one surface and rubric version, strongly consistent. Repeats are the judge's
     * comparison with itself and stand in no SLI.
     */
    async readHour(
      surface: string,
      rubric: { id: string; version: number },
      hour: string,
    ): Promise<StoredJudgement[]> {
      const items = await queryAll(dynamo, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: judgementPartition(surface, rubric, hour) } },
        ConsistentRead: true,
      });
      return items.map(parseJudgement).filter(({ repeat }) => repeat === 0);
    },

    ...createTextReader(dynamo, table),
  };
}
