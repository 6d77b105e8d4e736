import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
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
import type { EventSourceMapping } from './event-source.ts';
import {
  localAccount,
  localRegion,
  type PhysicalResource,
  resolve,
  type Template,
  type TemplateResource,
} from './template.ts';

/** The templates of a stage, as the CDK app synthesizes them. */
export interface Templates {
  readonly template: Template;
  readonly nested: readonly { readonly logicalId: string; readonly template: Template }[];
}

/** What the local run made of a template. */
export interface Provisioned {
  /** Environment of each function by its folder's name under `lambdas/`. */
  readonly functions: Readonly<Record<string, FunctionSettings>>;
  readonly eventSources: readonly EventSourceMapping[];
  readonly alarms: readonly string[];
  /** Queue URLs by a name that people know. */
  readonly queues: Readonly<Record<string, string>>;
}

export interface FunctionSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** Clients of the embedded servers; their endpoints come from the environment. */
function clients() {
  return {
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    dynamo: new DynamoDBClient({}),
    s3: new S3Client({ forcePathStyle: true }),
    cloudwatch: new CloudWatchClient({}),
    secrets: new SecretsManagerClient({}),
    sns: new SNSClient({}),
  };
}

type Clients = ReturnType<typeof clients>;
type Resources = Map<string, PhysicalResource>;

/**
 * Makes queues, tables, buckets, topics, secrets and alarms of the synthesized templates on the embedded servers, and
 * reads functions and event sources. What has no local meaning (roles, policies, keys, log groups) is passed over.
 *
 * @param timeFactor waiting times of queues are divided by it
 * @param judgeKey what the judge's secret holds
 */
export async function provision(
  { template, nested }: Templates,
  timeFactor: number,
  judgeKey: string,
): Promise<Provisioned> {
  const use = clients();
  const resources: Resources = new Map();
  const entries = Object.entries(template.Resources);
  const lookup = (logicalId: string) =>
    resources.get(logicalId) ?? placeholder(logicalId, template.Resources[logicalId]);
  for (const [logicalId, resource] of inDependencyOrder(entries)) {
    const made = await make(
      use,
      logicalId,
      resource,
      (value) => resolve(value, lookup),
      timeFactor,
      judgeKey,
    );
    if (made !== undefined) resources.set(logicalId, made);
  }
  const alarms = await makeAlarms(use, entries, (value) => resolve(value, lookup));
  for (const child of nested) {
    const parameters = resolve(
      template.Resources[child.logicalId]?.Properties?.Parameters ?? {},
      lookup,
    ) as Record<string, string>;
    const childLookup = (logicalId: string): PhysicalResource | undefined => {
      const parameter = parameters[logicalId];
      return parameter === undefined
        ? placeholder(logicalId, child.template.Resources[logicalId])
        : { ref: parameter, attributes: {} };
    };
    alarms.push(
      ...(await makeAlarms(use, Object.entries(child.template.Resources), (value) =>
        resolve(value, childLookup),
      )),
    );
  }
  return {
    functions: readFunctions(entries, (value) => resolve(value, lookup)),
    eventSources: readEventSources(entries, (value) => resolve(value, lookup)),
    alarms,
    queues: Object.fromEntries(
      [...resources]
        .filter(([id]) => template.Resources[id]?.Type === 'AWS::SQS::Queue')
        .map(([id, { ref }]) => [id, ref]),
    ),
  };
}

type Resolve = (value: unknown) => unknown;

/** Dead-letter queues before the queues that name them; everything else in file order. */
function inDependencyOrder(entries: [string, TemplateResource][]): [string, TemplateResource][] {
  const rank = ([, { Properties }]: [string, TemplateResource]) =>
    Properties?.RedrivePolicy === undefined ? 0 : 1;
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

async function make(
  use: Clients,
  logicalId: string,
  resource: TemplateResource,
  resolved: Resolve,
  timeFactor: number,
  judgeKey: string,
): Promise<PhysicalResource | undefined> {
  const properties = resource.Properties ?? {};
  switch (resource.Type) {
    case 'AWS::SQS::Queue':
      return makeQueue(use.sqs, logicalId, properties, resolved, timeFactor);
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return makeTable(use.dynamo, logicalId, properties);
    case 'AWS::S3::Bucket': {
      const name = logicalId.toLowerCase();
      await use.s3.send(new CreateBucketCommand({ Bucket: name })).catch(ignoreExisting);
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
    }
    case 'AWS::SNS::Topic': {
      const { TopicArn = logicalId } = await use.sns.send(new CreateTopicCommand({ Name: logicalId }));
      return { ref: TopicArn, attributes: { TopicArn, TopicName: logicalId } };
    }
    case 'AWS::SecretsManager::Secret': {
      const { ARN = logicalId } = await use.secrets.send(
        new CreateSecretCommand({ Name: logicalId, SecretString: judgeKey }),
      );
      return { ref: ARN, attributes: { Id: ARN } };
    }
    default:
      return undefined;
  }
}

async function makeQueue(
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

async function makeTable(
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

/** What a reference to a resource without a local counterpart (a role, a function) resolves to. */
function placeholder(
  logicalId: string,
  resource: TemplateResource | undefined,
): PhysicalResource | undefined {
  if (resource === undefined) return undefined;
  const service = resource.Type.split('::')[1]?.toLowerCase() ?? 'local';
  const arn = `arn:aws:${service}:${localRegion}:${localAccount}:${logicalId}`;
  return { ref: logicalId, attributes: { Arn: arn, QueueName: logicalId } };
}

async function makeAlarms(
  { cloudwatch }: Clients,
  entries: [string, TemplateResource][],
  resolved: Resolve,
): Promise<string[]> {
  const names: string[] = [];
  for (const [logicalId, { Type, Properties = {} }] of entries) {
    if (Type === 'AWS::CloudWatch::Alarm') {
      const definition = resolved(Properties) as ConstructorParameters<typeof PutMetricAlarmCommand>[0] &
        object;
      const AlarmName = definition.AlarmName ?? logicalId;
      await cloudwatch.send(new PutMetricAlarmCommand({ ...definition, AlarmName }));
      names.push(AlarmName);
    } else if (Type === 'AWS::CloudWatch::CompositeAlarm') {
      const definition = resolved(Properties) as ConstructorParameters<typeof PutCompositeAlarmCommand>[0] &
        object;
      await cloudwatch.send(
        new PutCompositeAlarmCommand({ ...definition, AlarmName: definition.AlarmName ?? logicalId }),
      );
      names.push(definition.AlarmName ?? logicalId);
    }
  }
  return names;
}

/** Functions of ours are known by the environment that only they carry. */
function readFunctions(
  entries: [string, TemplateResource][],
  resolved: Resolve,
): Record<string, FunctionSettings> {
  const functions: Record<string, FunctionSettings> = {};
  for (const [logicalId, { Type, Properties = {} }] of entries) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables = {} } = (resolved(Properties.Environment ?? {}) ?? {}) as {
      Variables?: Record<string, string>;
    };
    functions[functionFolder(logicalId)] = {
      environment: Variables,
      timeoutSeconds: Number(Properties.Timeout ?? 3),
    };
  }
  return functions;
}

const folders = ['slo-evaluator', 'sampler', 'judge', 'ratings'] as const;

/** `IntakeSampler1A2B3C4D` is the function of `lambdas/sampler`. */
export function functionFolder(logicalId: string): string {
  const plain = logicalId.replace(/[0-9A-F]{8}$/, '').toLowerCase();
  return folders.find((folder) => plain.endsWith(folder.replaceAll('-', ''))) ?? logicalId;
}

function readEventSources(entries: [string, TemplateResource][], resolved: Resolve): EventSourceMapping[] {
  const sources: EventSourceMapping[] = [];
  const timeouts = readFunctions(entries, resolved);
  for (const [, { Type, Properties = {} }] of entries) {
    if (Type !== 'AWS::Lambda::EventSourceMapping') continue;
    const target = Properties.FunctionName as { Ref?: string };
    const queueArn = String(resolved(Properties.EventSourceArn));
    const scaling = (Properties.ScalingConfig ?? {}) as { MaximumConcurrency?: number };
    const queue = entries.find(
      ([, { Type: type }], index) =>
        type === 'AWS::SQS::Queue' && resolved({ 'Fn::GetAtt': [entries[index]?.[0], 'Arn'] }) === queueArn,
    );
    const functionName = functionFolder(target.Ref ?? '');
    sources.push({
      functionName,
      queueArn,
      queueUrl: String(resolved({ Ref: queue?.[0] })),
      batchSize: Number(Properties.BatchSize ?? 10),
      batchingWindowSeconds: Number(Properties.MaximumBatchingWindowInSeconds ?? 0),
      maximumConcurrency: scaling.MaximumConcurrency ?? 5,
      timeoutSeconds: timeouts[functionName]?.timeoutSeconds ?? 3,
    });
  }
  return sources;
}

function ignoreExisting(error: unknown): void {
  const name = error instanceof Error ? error.name : '';
  if (!['ResourceInUseException', 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(name))
    throw error;
}
