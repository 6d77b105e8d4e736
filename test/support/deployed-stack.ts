import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unfilledJudgeKey } from '#core/names.ts';
import { startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-stack.ts';
import { createTables } from './tables.ts';

export interface DeployedStack {
  readonly seriesTable: string;
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Metrics of any namespace, as another service or function would have put them. */
  putMetrics(body: object): Promise<void>;
  fillSecret(key: string): Promise<void>;
  /** What CloudFormation answers from now on; undefined knows no stack. */
  describe(status: string | undefined): void;
  close(): Promise<void>;
}

const digits = '0A1B2C3D';

/** A stack "assay-prod" as an account holds it: tables, queues and a secret by CloudFormation's names, and CloudFormation itself. */
export async function deployStack(): Promise<DeployedStack> {
  const aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  const tables = ['StorageSeriesTable', 'StorageJudgementTable', 'StorageRatingTable'].map(
    (id) => `assay-prod-${id}${digits}-XYZ`,
  );
  const dynamo = new DynamoDBClient({});
  await createTables(dynamo, tables);
  dynamo.destroy();
  const sqs = new SQSClient({});
  const queueUrls: Record<string, string> = {};
  for (const id of [
    'IntakeResponseQueue',
    'IntakeResponseDlq',
    'IntakeRejectedQueue',
    'JudgeQueue',
    'JudgeQueueJudgeDlq',
  ]) {
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: `assay-prod-${id}${digits}-XYZ` }),
    );
    queueUrls[id] = QueueUrl;
  }
  sqs.destroy();
  const secrets = new SecretsManagerClient({});
  const { ARN = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'JudgingJudgeKey', SecretString: unfilledJudgeKey }),
  );
  const outputs = {
    ResponseQueueUrl: queueUrls.IntakeResponseQueue,
    RejectedQueueUrl: queueUrls.IntakeRejectedQueue,
    JudgeQueueUrl: queueUrls.JudgeQueue,
    JudgeDlqUrl: queueUrls.JudgeQueueJudgeDlq,
    JudgeSecretArn: ARN,
    JudgeKeyCommand: 'aws secretsmanager put-secret-value',
    SeriesTableName: tables[0],
  };
  const cloudFormation = await startCloudFormation(outputs);
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.url;
  return {
    seriesTable: tables[0] ?? '',
    queueUrls,
    async putMetrics(body) {
      const response = await fetch(`${aws.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH}/_assay/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async fillSecret(key) {
      await secrets.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: key }));
    },
    describe: cloudFormation.describe,
    async close() {
      delete process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
      secrets.destroy();
      await cloudFormation.close();
      await aws.close();
    },
  };
}

/** DescribeStacks over real HTTP; a request that is not signed for CloudFormation is refused. */
async function startCloudFormation(outputs: Readonly<Record<string, string | undefined>>) {
  let status: string | undefined = 'UPDATE_COMPLETE';
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member>\n<OutputKey>${key}</OutputKey>\n<OutputValue>${value}</OutputValue>\n</member>`,
  );
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const isSigned = /\/cloudformation\/aws4_request, SignedHeaders=.*, Signature=/.test(
      request.headers.authorization ?? '',
    );
    const wanted = new URLSearchParams(body);
    if (!isSigned || wanted.get('Action') !== 'DescribeStacks' || status === undefined) {
      response.writeHead(400);
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${wanted.get('StackName')} does not exist</Message></Error></ErrorResponse>`,
      );
      return;
    }
    response.end(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${wanted.get('StackName')}</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    describe: (next: string | undefined) => {
      status = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
