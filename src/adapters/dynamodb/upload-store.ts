import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RatingUpload } from '#core/rating/upload.ts';
import { getAll } from './batch-calls.ts';
import { toItem } from './client.ts';
import { packJson, unpackJson } from './packed-json.ts';
import { queryAll } from './query.ts';

export type UploadStore = ReturnType<typeof createUploadStore>;

const partition = 'upload';

/** Uploads of ratings, in the table of ratings. */
export function createUploadStore(dynamo: DynamoDBClient, table: string) {
  const readItem = ({ record }: Record<string, unknown>) => unpackJson<RatingUpload>(record);
  return {
    async readUpload(id: string): Promise<RatingUpload | undefined> {
      const [item] = await getAll(dynamo, table, [{ pk: partition, sk: id }]);
      return item === undefined ? undefined : readItem(item);
    },

    /** Every upload, the newest first. */
    async readUploads(): Promise<RatingUpload[]> {
      const items = await queryAll(dynamo, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
        ConsistentRead: true,
      });
      return items.map(readItem).sort((a, b) => b.uploadedAt - a.uploadedAt);
    },

    async writeUpload(upload: RatingUpload): Promise<void> {
      const item = toItem({ pk: partition, sk: upload.id, record: packJson(upload) });
      await dynamo.send(new PutItemCommand({ TableName: table, Item: item }));
    },
  };
}
