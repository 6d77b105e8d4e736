import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '#adapters/client-settings.ts';
import {
  localAccount,
  localRegion,
  type PhysicalResource,
  type Resolve,
  type TemplateResource,
} from './template.ts';

/** Clients of the embedded servers; their endpoints come from the environment. */
export function createClients() {
  return {
    sqs: new SQSClient({ ...clientSettings, useQueueUrlAsEndpoint: false }),
    dynamo: new DynamoDBClient(clientSettings),
    s3: new S3Client({ ...clientSettings, forcePathStyle: true }),
    cloudwatch: new CloudWatchClient(clientSettings),
    secrets: new SecretsManagerClient(clientSettings),
    sns: new SNSClient(clientSettings),
  };
}

export type Clients = ReturnType<typeof createClients>;

/** Makes a resource on the embedded servers; undefined where it has no local meaning. */
export async function createResource(
  clients: Clients,
  logicalId: string,
  resource: TemplateResource,
  resolved: Resolve,
  timeFactor: number,
  judgeSecret: string,
): Promise<PhysicalResource | undefined> {
  const properties = resource.Properties ?? {};
  switch (resource.Type) {
    case 'AWS::SQS::Queue':
      return createQueue(clients.sqs, logicalId, properties, resolved, timeFactor);
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return createTable(clients.dynamo, logicalId, properties);
    case 'AWS::S3::Bucket': {
      const name = logicalId.toLowerCase();
      await clients.s3.send(new CreateBucketCommand({ Bucket: name })).catch(ignoreExisting);
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
    }
    case 'AWS::SNS::Topic': {
      const { TopicArn = logicalId } = await clients.sns.send(new CreateTopicCommand({ Name: logicalId }));
      return { ref: TopicArn, attributes: { TopicArn, TopicName: logicalId } };
    }
    case 'AWS::SecretsManager::Secret': {
      const { ARN = logicalId } = await clients.secrets.send(
        new CreateSecretCommand({ Name: logicalId, SecretString: judgeSecret }),
      );
      return { ref: ARN, attributes: { Id: ARN } };
    }
    default:
      return undefined;
  }
}

async function createQueue(
  sqs: SQSClient,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
  resolved: Resolve,
  timeFactor: number,
): Promise<PhysicalResource> {
  const visibility = Number(properties.VisibilityTimeout ?? 30);
  const redrive =
    properties.RedrivePolicy === undefined
      ? undefined
      : (resolved(properties.RedrivePolicy) as { deadLetterTargetArn: string; maxReceiveCount: number });
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: logicalId,
      Attributes: {
        VisibilityTimeout: String(Math.max(1, Math.round(visibility / timeFactor))),
        ...(redrive !== undefined && {
          RedrivePolicy: JSON.stringify({ ...redrive, maxReceiveCount: String(redrive.maxReceiveCount) }),
        }),
      },
    }),
  );
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return { ref: QueueUrl, attributes: { Arn: Attributes.QueueArn ?? '', QueueName: logicalId, QueueUrl } };
}

async function createTable(
  dynamo: DynamoDBClient,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<PhysicalResource> {
  const indexes = (properties.GlobalSecondaryIndexes ?? []) as GlobalSecondaryIndex[];
  await dynamo
    .send(
      new CreateTableCommand({
        TableName: logicalId,
        AttributeDefinitions: properties.AttributeDefinitions as AttributeDefinition[],
        KeySchema: properties.KeySchema as KeySchemaElement[],
        BillingMode: 'PAY_PER_REQUEST',
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map(({ IndexName, KeySchema, Projection }) => ({
            IndexName,
            KeySchema,
            Projection,
          })),
        }),
      }),
    )
    .catch(ignoreExisting);
  const arn = `arn:aws:dynamodb:${localRegion}:${localAccount}:table/${logicalId}`;
  return { ref: logicalId, attributes: { Arn: arn } };
}

function ignoreExisting(error: unknown): void {
  const name = error instanceof Error ? error.name : '';
  if (!['ResourceInUseException', 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(name))
    throw error;
}
