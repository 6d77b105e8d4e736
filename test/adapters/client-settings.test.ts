import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloudWatch } from '#adapters/cloudwatch/publish-metrics.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createEventBridge } from '#adapters/eventbridge/transitions.ts';
import { createS3 } from '#adapters/s3/rating-bucket.ts';
import { readJudgeKey } from '#adapters/secrets/judge-key.ts';
import { createSns } from '#adapters/sns/notices.ts';
import { createSqs } from '#adapters/sqs/queue.ts';
import { second } from '#core/time.ts';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-stack.ts';

/** Takes every request in and never answers the first one of a client; the later ones fail at once. */
let server: Server;
const asked = new Map<string, number>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const client = (request.url ?? '').split('/')[1] ?? '';
    const count = (asked.get(client) ?? 0) + 1;
    asked.set(client, count);
    request.resume();
    if (count > 1) response.writeHead(400).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const services = ['DYNAMODB', 'CLOUDWATCH', 'EVENTBRIDGE', 'SNS', 'SQS', 'SECRETS_MANAGER'];
  const endpoints = services.map((service) => [`AWS_ENDPOINT_URL_${service}`, `${url}/${service}`]);
  useEnvironment(Object.fromEntries(endpoints) as AwsEndpoints, {});
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const calls: Record<string, () => Promise<unknown>> = {
  DYNAMODB: () =>
    createDynamo().send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' }, sk: { S: 'b' } } })),
  CLOUDWATCH: () => createCloudWatch().send(new ListMetricsCommand({})),
  EVENTBRIDGE: () => createEventBridge().send(new PutEventsCommand({ Entries: [{}] })),
  SNS: () => createSns().send(new PublishCommand({ TopicArn: 'topic', Message: 'm' })),
  SQS: () => createSqs().send(new SendMessageBatchCommand({ QueueUrl: 'https://q/1/q', Entries: [] })),
  SECRETS_MANAGER: async () => {
    const secret = await readJudgeKey('secret');
    if (!secret.ok) throw new Error(secret.reason);
  },
};

describe('a socket that swallows what is sent', () => {
  it.concurrent.each(Object.keys(calls))(
    'of %s costs ten seconds, not the tick, and the call is made again',
    async (service) => {
      const began = Date.now();
      await expect(calls[service]?.()).rejects.toThrow();
      const seconds = (Date.now() - began) / second;
      expect(asked.get(service)).toBe(2);
      expect(seconds).toBeGreaterThan(9);
      expect(seconds).toBeLessThan(25);
    },
  );
});

describe('the settings of a client', () => {
  it.each([createDynamo, createCloudWatch, createEventBridge, createSns, createSqs, createS3])(
    'of %o bound how often and how long it waits',
    async (create) => {
      const client = create();
      expect(await client.config.maxAttempts()).toBe(3);
      const { requestTimeout, connectionTimeout, throwOnRequestTimeout, socketTimeout } =
        await handlerSettings(client);
      expect(connectionTimeout).toBeLessThanOrEqual(2 * second);
      expect(throwOnRequestTimeout).toBe(true);
      expect(requestTimeout).toBeLessThanOrEqual(120 * second);
      expect(socketTimeout).toBeLessThanOrEqual(120 * second);
      client.destroy();
    },
  );
});

interface HandlerSettings {
  readonly requestTimeout?: number;
  readonly connectionTimeout?: number;
  readonly socketTimeout?: number;
  readonly throwOnRequestTimeout?: boolean;
}

/** The handler reads them at its first request. */
async function handlerSettings(client: unknown): Promise<HandlerSettings> {
  const { requestHandler } = (client as { config: { requestHandler: { configProvider: Promise<unknown> } } })
    .config;
  return (await requestHandler.configProvider) as HandlerSettings;
}
