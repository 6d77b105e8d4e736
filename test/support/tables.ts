import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { type AwsProxy, startAwsProxy } from './aws-proxy.ts';

/** Makes tables with the keys of all of ours, `pk` and `sk`. */
export async function createTables(dynamo: DynamoDBClient, names: readonly string[]): Promise<void> {
  for (const TableName of names)
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
}

export interface ProxiedTables {
  readonly dynamo: DynamoDBClient;
  readonly proxy: AwsProxy;
  close(): Promise<void>;
}

/** Tables on an embedded DynamoDB, for stores by themselves: behind a proxy that counts calls and makes some fail. */
export async function startTables(names: readonly string[]): Promise<ProxiedTables> {
  const aws = await startEmbeddedAws({ timeFactor: 1 });
  const proxy = await startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_DYNAMODB);
  useEnvironment({ ...aws.endpoints, AWS_ENDPOINT_URL_DYNAMODB: proxy.url }, {});
  const dynamo = createDynamo();
  await createTables(dynamo, names);
  return {
    dynamo,
    proxy,
    async close() {
      dynamo.destroy();
      await Promise.all([proxy.close(), aws.close()]);
    },
  };
}
