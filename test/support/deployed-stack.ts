import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { env, output, unfilledJudgeKey } from '#core/names.ts';
import { startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { type CloudFormationServer, startCloudFormation } from './cloudformation.ts';
import { createTables } from './tables.ts';

export interface DeployedStack {
  readonly seriesTable: string;
  readonly judgementTable: string;
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Metrics of any namespace, as another service or function would have put them. */
  putMetrics(body: object): Promise<void>;
  fillSecret(key: string): Promise<void>;
  readonly cloudFormation: CloudFormationServer;
  close(): Promise<void>;
}

const digits = '0A1B2C3D';

/** The name that the same resource had in an earlier deployment. */
function leftover(name: string): string {
  return name.replace(`${digits}-XYZ`, '00000000-AAA');
}

/**
 * A stack "assay-prod" as an account holds it: tables, queues and a secret by CloudFormation's names, and CloudFormation
 * itself. What an earlier deployment of the same name left behind is there too, and is listed first.
 */
export async function deployStack(): Promise<DeployedStack> {
  const aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  // What is asked of a stage is signed.
  delete process.env[env.unsigned];
  const tables = ['StorageSeriesTable', 'StorageJudgementTable', 'StorageRatingTable'].map(
    (id) => `assay-prod-${id}${digits}-XYZ`,
  );
  const dynamo = new DynamoDBClient({});
  await createTables(dynamo, [...tables, ...tables.map(leftover)]);
  dynamo.destroy();
  const sqs = new SQSClient({});
  const queueUrls: Record<string, string> = {};
  for (const id of [
    'IntakeResponseQueue',
    'IntakeResponseDlq',
    'IntakeRejectedQueue',
    'JudgeQueue',
    'JudgeQueueJudgeDlq',
    'RatingIntakeRatingDlq',
  ]) {
    await sqs.send(new CreateQueueCommand({ QueueName: leftover(`assay-prod-${id}${digits}-XYZ`) }));
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
  const [series = '', judgements = '', ratings = ''] = tables;
  const queue = (id: string) => queueUrls[id] ?? '';
  const cloudFormation = await startCloudFormation('assay-prod', {
    [output.stage]: 'prod',
    [output.responseQueueUrl]: queue('IntakeResponseQueue'),
    [output.responseDlqUrl]: queue('IntakeResponseDlq'),
    [output.rejectedQueueUrl]: queue('IntakeRejectedQueue'),
    [output.judgeQueueUrl]: queue('JudgeQueue'),
    [output.judgeDlqUrl]: queue('JudgeQueueJudgeDlq'),
    [output.ratingDlqUrl]: queue('RatingIntakeRatingDlq'),
    [output.judgeSecretArn]: ARN,
    [output.judgeKeyCommand]: 'aws secretsmanager put-secret-value',
    [output.seriesTable]: series,
    [output.judgementTable]: judgements,
    [output.ratingTable]: ratings,
    [output.ratingBucket]: 'assay-prod-storageratingbucket-xyz',
  });
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.url;
  return {
    seriesTable: series,
    judgementTable: judgements,
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
    cloudFormation,
    async close() {
      delete process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
      secrets.destroy();
      await cloudFormation.close();
      await aws.close();
    },
  };
}
