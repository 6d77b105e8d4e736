import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { clientSettings, quicken } from '../client-settings.ts';

export type Item = Record<string, AttributeValue>;

export function createDynamo(): DynamoDBClient {
  return quicken(new DynamoDBClient(clientSettings));
}

export function toItem(value: Record<string, unknown>): Item {
  return marshall(value, { removeUndefinedValues: true }) as Item;
}

export function fromItem(item: Item): Record<string, unknown> {
  return unmarshall(item);
}

export function isConditionFailure(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof ConditionalCheckFailedException;
}

/** What DynamoDB will never take, and others in its place: an item that outgrows its 400 KB, above all. */
export function isRefusedForGood(error: unknown): boolean {
  return error instanceof Error && refusalsForGood.includes(error.name);
}

const refusalsForGood = ['ValidationException', 'ItemCollectionSizeLimitExceededException'];
