import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { largest } from '#core/extremes.ts';
import type { JudgeHistory, Occurrence } from '#core/judging/refusal-history.ts';
import { judgeHistoryKey, judgeLifeKey } from '#core/series/control.ts';
import { dayKey, second } from '#core/time.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';

export type JudgeHistories = ReturnType<typeof createJudgeHistories>;

/** An instance notes so seldom that its judge takes texts; of itself it knows better. Milliseconds. */
const noteEvery = 5 * second;

/** What was seen of each judge model, by all instances: one small item a model. */
export function createJudgeHistories(dynamo: DynamoDBClient, table: string) {
  /** By model: when a text was last taken here, and when that was last noted. */
  const passes = new Map<string, { at: number; notedAt: number }>();

  return {
    /** Notes that the judge took a text. Mostly without a write. */
    async notePass(model: string, now: number): Promise<void> {
      const last = passes.get(model);
      const isDue = last === undefined || now - last.notedAt >= noteEvery;
      passes.set(model, { at: now, notedAt: isDue ? now : last.notedAt });
      if (!isDue) return;
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: toItem({ ...judgeHistoryKey(model) }),
          UpdateExpression: 'SET passedAt = :now',
          ExpressionAttributeValues: toItem({ ':now': now }),
        }),
      );
    },

    /** What all instances have noted, and this one has seen. Strongly consistent. */
    async read(model: string): Promise<JudgeHistory> {
      const { Item } = await dynamo.send(
        new GetItemCommand({
          TableName: table,
          Key: toItem({ ...judgeHistoryKey(model) }),
          ConsistentRead: true,
        }),
      );
      const noted = Item === undefined ? {} : fromItem(Item);
      const times = [noted.passedAt, passes.get(model)?.at].filter((at) => typeof at === 'number');
      return {
        ...(times.length > 0 && { passedAt: largest(times) }),
        refused: readOccurrence(noted.refused),
        failed: readOccurrence(noted.failed),
      };
    },

    /** Notes a text that the judge refused, or gave no answer about, for reasons that say nothing of whose fault it is. */
    async noteRefusal(model: string, how: 'refused' | 'failed', occurrence: Occurrence): Promise<void> {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: toItem({ ...judgeHistoryKey(model) }),
          UpdateExpression: 'SET #how = :occurrence',
          ExpressionAttributeNames: { '#how': how },
          ExpressionAttributeValues: toItem({ ':occurrence': { ...occurrence } }),
        }),
      );
    },
  };
}

function readOccurrence(value: unknown): Occurrence | undefined {
  const { text, at } = (value ?? {}) as { text?: unknown; at?: unknown };
  return typeof text === 'string' && typeof at === 'number' ? { text, at } : undefined;
}

export type JudgeLives = ReturnType<typeof createJudgeLives>;

/** How long each judge is still there, as its provider tells: one small item a judge. */
export function createJudgeLives(dynamo: DynamoDBClient, table: string) {
  return {
    /** Takes it on to ask about a judge today. @returns false where somebody else has */
    async claimDay(judge: string, now: number): Promise<boolean> {
      try {
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem({ ...judgeLifeKey(judge) }),
            UpdateExpression: 'SET askedOn = :day',
            ConditionExpression: 'attribute_not_exists(askedOn) OR askedOn <> :day',
            ExpressionAttributeValues: toItem({ ':day': dayKey(now) }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    /** @param shutdown the day that its provider tells, or `none` */
    async note(judge: string, shutdown: string): Promise<void> {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: toItem({ ...judgeLifeKey(judge) }),
          UpdateExpression: 'SET shutdown = :shutdown',
          ExpressionAttributeValues: toItem({ ':shutdown': shutdown }),
        }),
      );
    },
  };
}
