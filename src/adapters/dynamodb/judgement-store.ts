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
import { acquired, type Delivery, type Lease } from './lease.ts';
import { queryAll } from './query.ts';
import { createTextReader } from './text-reader.ts';

export interface Lifetimes {
  /** Milliseconds after the response. */
  readonly texts: number;
  readonly scores: number;
}

export type JudgementStore = ReturnType<typeof createJudgementStore>;

/** What a message knows of an end in the DLQ: that another was buried then, and that it was so before it was sent. */
const notBuriedBy = ['attribute_not_exists(buriedId)', 'buriedId <> :message'];
const buriedBefore = ['attribute_not_exists(buriedAt)', 'buriedAt < :sentAt'];

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
      // What was received before may be a copy that the sampler sent twice; it is older than the end in the DLQ.
      const isOld = delivery !== undefined && delivery.receives > 1;
      const redriven =
        delivery === undefined
          ? []
          : isOld
            ? notBuriedBy.flatMap((other) => buriedBefore.map((before) => `${other} AND ${before}`))
            : notBuriedBy;
      try {
        const { Attributes = {} } = await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem({ ...judgementKey(task) }),
            UpdateExpression: `SET #state = :leased, leaseUntil = :until, #owner = :owner, tries = if_not_exists(tries, :zero) + :one, responseId = :id, #at = :at, redrive = :redrive, probability = :p, expiresAt = :e${repeats > 1 ? ', repeats = :repeats' : ''} REMOVE sent, #reason, buriedId, buriedAt`,
            // AND binds stronger than OR; DynamoDB refuses parentheses that change nothing, and the local one reads nested ones slowly.
            ConditionExpression: [
              'attribute_not_exists(pk)',
              ...[
                '#state = :waiting',
                '#state = :leased AND leaseUntil < :now',
                ...['redrive < :redrive', ...redriven].map((reason) => `#state = :dlq AND ${reason}`),
                // Of a first judgement its hour has counted the shed.
                ...(task.repeat > 0 ? ['#state = :shed AND redrive < :redrive'] : []),
              ].map((free) => `${free} AND #at = :at`),
            ].join(' OR '),
            ExpressionAttributeNames: {
              '#state': 'state',
              '#owner': 'owner',
              '#at': 'at',
              '#reason': 'reason',
            },
            ExpressionAttributeValues: toItem({
              ':leased': 'leased',
              ':waiting': 'waiting',
              ':dlq': 'dlq',
              ...(task.repeat > 0 && { ':shed': 'shed' }),
              ...(repeats > 1 && { ':repeats': repeats }),
              ':until': until,
              ':now': now,
              ':owner': owner,
              ':zero': 0,
              ':one': 1,
              ':id': task.responseId,
              ':at': Date.parse(task.at),
              ':redrive': task.redrive,
              ':p': task.probability,
              ':e': expiry(task, lifetimes.scores),
              ...(delivery !== undefined && { ':message': delivery.messageId }),
              ...(isOld && { ':sentAt': delivery.sentAt }),
            }),
            ReturnValues: 'ALL_NEW',
          }),
        );
        return acquired(owner, fromItem(Attributes));
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
