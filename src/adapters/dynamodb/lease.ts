import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type JudgementState, type JudgeTask, judgementKey } from '#core/judging/judgement.ts';
import type { TextRefusals } from '#core/judging/refusal-history.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';

/** What came of asking for a judgement's lease. */
export type Lease =
  | {
      readonly kind: 'acquired';
      readonly owner: string;
      readonly tries: number;
      /** Refusals that count against this text, of the tries before. */
      readonly refusals: TextRefusals | undefined;
    }
  /** Somebody else works on it until about then, epoch milliseconds. */
  | { readonly kind: 'held'; readonly until: number }
  /** The key is that of another response of the same hour, to which its sender gave the same id. */
  | { readonly kind: 'other' }
  /** It has ended; `sent` tells of a DLQ copy that is known to have arrived. */
  | {
      readonly kind: 'ended';
      readonly state: JudgementState;
      readonly sent: boolean;
      readonly reason: string;
    };

/** How a judgement's message came. */
export interface Delivery {
  /** SQS's id of the message: a redrive by the console gives a new one, a redelivery does not. */
  readonly messageId: string;
  /** When it was put into the queue, epoch milliseconds; a redrive by the console is a new one. */
  readonly sentAt: number;
  /** How often it was received, this time included. */
  readonly receives: number;
}

/** The lease that an item holds. */
export function acquired(owner: string, { tries, refusals, refusedFrom }: Record<string, unknown>): Lease {
  const count = Number(refusals ?? 0);
  return {
    kind: 'acquired',
    owner,
    tries: Number(tries),
    refusals: count > 0 ? { count, firstAt: Number(refusedFrom) } : undefined,
  };
}

/** A lease that is asked for. */
export interface LeaseWanted {
  readonly task: JudgeTask;
  readonly owner: string;
  /** Epoch milliseconds, as `until`. */
  readonly now: number;
  readonly until: number;
  /** Absent where no message asks. */
  readonly delivery: Delivery | undefined;
  /** How often the judge is asked. */
  readonly repeats: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/**
 * Takes a lease that is free.
 *
 * @throws the SDK's error: a failed condition where it is not free
 */
export async function takeLease(dynamo: DynamoDBClient, table: string, wanted: LeaseWanted): Promise<Lease> {
  const { task, owner, delivery } = wanted;
  // Hardly ever is there anything of what comes for the first time.
  if (delivery?.receives === 1 && task.redrive === 0 && (await putLease(dynamo, table, wanted)))
    return acquired(owner, { tries: 1 });
  return updateLease(dynamo, table, wanted);
}

/** What a lease holds beside its state. */
function leaseAttributes({ task, owner, until, repeats, expiresAt }: LeaseWanted) {
  return {
    leaseUntil: until,
    owner,
    responseId: task.responseId,
    at: Date.parse(task.at),
    redrive: task.redrive,
    probability: task.probability,
    expiresAt,
    ...(repeats > 1 && { repeats }),
  };
}

/** The first lease of a judgement. False where there is an item already. */
async function putLease(dynamo: DynamoDBClient, table: string, wanted: LeaseWanted): Promise<boolean> {
  const item = { ...judgementKey(wanted.task), state: 'leased', tries: 1, ...leaseAttributes(wanted) };
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(item),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** What a message knows of an end in the DLQ: that another was buried then, and that it was so before it was sent. */
const notBuriedBy = ['attribute_not_exists(buriedId)', 'buriedId <> :message'];
const buriedBefore = ['attribute_not_exists(buriedAt)', 'buriedAt < :sentAt'];

/** The first lease or a further one: of a judgement that waits, whose lease ran out, or which a redrive takes up again. */
async function updateLease(dynamo: DynamoDBClient, table: string, wanted: LeaseWanted): Promise<Lease> {
  const { task, owner, now, delivery } = wanted;
  // What was received before may be a copy that the sampler sent twice; it is older than the end in the DLQ.
  const isOld = delivery !== undefined && delivery.receives > 1;
  const redriven =
    delivery === undefined
      ? []
      : isOld
        ? notBuriedBy.flatMap((other) => buriedBefore.map((before) => `${other} AND ${before}`))
        : notBuriedBy;
  const attributes = leaseAttributes(wanted);
  const names = Object.keys(attributes);
  const { Attributes = {} } = await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: toItem({ ...judgementKey(task) }),
      UpdateExpression: `SET #state = :leased, tries = if_not_exists(tries, :zero) + :one, ${names.map((name) => `#${name} = :${name}`).join(', ')} REMOVE sent, #reason, buriedId, buriedAt`,
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
        '#reason': 'reason',
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: toItem({
        ':leased': 'leased',
        ':waiting': 'waiting',
        ':dlq': 'dlq',
        ...(task.repeat > 0 && { ':shed': 'shed' }),
        ':now': now,
        ':zero': 0,
        ':one': 1,
        ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
        ...(delivery !== undefined && { ':message': delivery.messageId }),
        ...(isOld && { ':sentAt': delivery.sentAt }),
      }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  return acquired(owner, fromItem(Attributes));
}
