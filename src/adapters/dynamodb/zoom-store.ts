import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  controlPartition,
  readZoomFactors,
  type ZoomFactors,
  zoomKey,
  zoomPrefix,
} from '#core/series/control.ts';
import { fromItem, isConditionFailure, toItem } from './client.ts';

/** The sampler waits no longer for what is of use only now. Milliseconds. */
const readTimeout = 2_000;

/** By how much surfaces' sampling rates are multiplied, all evaluators', in one Query. @throws the SDK's error */
export async function readZooms(dynamo: DynamoDBClient, table: string): Promise<ZoomFactors[]> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: toItem({ ':pk': controlPartition, ':prefix': zoomPrefix }),
      ConsistentRead: true,
    }),
    { abortSignal: AbortSignal.timeout(readTimeout) },
  );
  return Items.map((item) => readZoomFactors(fromItem(item)));
}

/**
 * Sets the factors of an evaluator's surfaces, over those of an older tick only.
 *
 * @param share its number
 */
export async function writeZoom(
  dynamo: DynamoDBClient,
  table: string,
  share: number,
  { factors, until }: ZoomFactors,
): Promise<void> {
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({ ...zoomKey(share), factors: Object.fromEntries(factors), until }),
        ConditionExpression: 'attribute_not_exists(pk) OR #until <= :until',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':until': { N: String(until) } },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
