import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCloudWatch } from '#adapters/cloudwatch/publish-metrics.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createEventBridge } from '#adapters/eventbridge/transitions.ts';
import { createS3 } from '#adapters/s3/rating-bucket.ts';
import { createSns } from '#adapters/sns/notices.ts';
import { createSqs } from '#adapters/sqs/queue.ts';
import { env } from '#core/names.ts';
import { second } from '#core/time.ts';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';

/** Takes every request in and never answers the first one of a client; the later ones fail at once. */
let server: Server;
const asked = new Map<string, number>();
const signatures: (string | undefined)[] = [];
const userAgents: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const client = (request.url ?? '').split('/')[1] ?? '';
    const count = (asked.get(client) ?? 0) + 1;
    asked.set(client, count);
    signatures.push(request.headers.authorization);
    userAgents.push(request.headers['user-agent'] ?? '');
    request.resume();
    if (count > 1) response.writeHead(400).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  useEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: `${url}/DYNAMODB` } as AwsEndpoints, {});
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a socket that swallows what is sent', () => {
  it('is given up after a while, and the call is made again', async () => {
    await expect(
      createDynamo().send(
        new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' }, sk: { S: 'b' } } }),
      ),
    ).rejects.toThrow();
    expect(asked.get('DYNAMODB')).toBe(2);
  });
});

describe('the settings of a client', () => {
  it('are laid out by V8 so that they are quick to copy, which is done three times a call', () => {
    setFlagsFromString('--allow-natives-syntax');
    const isQuick = new Function('settings', 'return %HasFastProperties(settings)') as (
      of: object,
    ) => boolean;
    expect(isQuick({})).toBe(true);
    setFlagsFromString('--no-allow-natives-syntax');
    for (const client of [createDynamo(), createSqs(), createCloudWatch()]) {
      expect(isQuick(client.config)).toBe(true);
      client.destroy();
    }
    expect(isQuick(new DynamoDBClient({}).config), 'the SDK does so by itself: quicken() may go').toBe(false);
  });

  it('sign every call and say who calls, but where all servers are of this machine', async () => {
    const askOnce = async (unsigned: string) => {
      vi.stubEnv(env.unsigned, unsigned);
      const dynamo = createDynamo();
      const key = { pk: { S: 'a' }, sk: { S: 'b' } };
      await dynamo.send(new GetItemCommand({ TableName: 'table', Key: key })).catch(() => undefined);
      dynamo.destroy();
      vi.unstubAllEnvs();
      return signatures.at(-1);
    };
    expect(await askOnce('')).toMatch(/Signature=[0-9a-f]{64}$/);
    expect(userAgents.at(-1)).toMatch(/aws-sdk-js/);
    expect(await askOnce('1')).toMatch(/Signature=none$/);
    expect(userAgents.at(-1)).not.toMatch(/aws-sdk-js/);
  });

  it.each([createDynamo, createCloudWatch, createEventBridge, createSns, createSqs, createS3])(
    'of %o bound how often and how long it waits',
    async (create) => {
      const client = create();
      expect(await client.config.maxAttempts()).toBe(3);
      expect(client.config.logger.info, 'copies of every input and output').toBeUndefined();
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
