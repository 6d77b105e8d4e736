import { type DynamoDBClient, paginateQuery, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { fromItem } from './client.ts';

/**
 * The items that a Query finds, over all its pages.
 *
 * @param atMost no further page is read once there are so many
 * @throws the SDK's error
 */
export async function queryAll(
  dynamo: DynamoDBClient,
  input: QueryCommandInput,
  atMost = Number.POSITIVE_INFINITY,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateQuery({ client: dynamo }, input)) {
    found.push(...Items.map(fromItem));
    if (found.length >= atMost) break;
  }
  return found;
}
