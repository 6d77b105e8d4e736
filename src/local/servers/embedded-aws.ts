import { readFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import { makeFolder } from '#adapters/files/make-folder.ts';
import type { AwsJsonServer } from '../aws/aws-json-server.ts';
import { type EventBridgeServer, startEventBridge } from '../aws/event-bridge.ts';
import { startSecretsManager } from '../aws/secrets-manager.ts';
import { type CloudWatchServer, startCloudWatch } from '../cloudwatch/server.ts';
import { cloudwatchFile, tableFolder, tellNoRoom } from '../disk-faults.ts';
import { guardServer } from '../loopback.ts';
import { readAtOnce } from './prompt-reads.ts';
import { takeWholeCharacters } from './queue-characters.ts';

readAtOnce();

/** Addresses of the embedded servers, under the names by which the AWS SDK looks for them. */
export interface AwsEndpoints {
  readonly AWS_ENDPOINT_URL_SQS: string;
  readonly AWS_ENDPOINT_URL_S3: string;
  readonly AWS_ENDPOINT_URL_SNS: string;
  readonly AWS_ENDPOINT_URL_DYNAMODB: string;
  readonly AWS_ENDPOINT_URL_CLOUDWATCH: string;
  readonly AWS_ENDPOINT_URL_SECRETS_MANAGER: string;
  readonly AWS_ENDPOINT_URL_EVENTBRIDGE: string;
}

export interface EmbeddedAwsOptions {
  /** Folder that keeps tables, metrics and alarms between runs; in memory where absent. */
  readonly folder?: string | undefined;
  /** Waiting times of the queues (visibility, delays) are divided by this. */
  readonly timeFactor: number;
}

export interface EmbeddedAws {
  readonly endpoints: AwsEndpoints;
  readonly cloudwatch: CloudWatchServer;
  readonly events: EventBridgeServer;
  readonly secrets: AwsJsonServer;
  close(): Promise<void>;
}

/** Starts SQS, S3 and SNS (fauxqs), DynamoDB (dynalite), CloudWatch, Secrets Manager and EventBridge on loopback. */
export async function startEmbeddedAws({ folder, timeFactor }: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  if (folder !== undefined) await makeFolder(folder);
  const snapshot = folder === undefined ? undefined : await readJson(join(folder, cloudwatchFile));
  const [queues, dynamo, cloudwatch, secrets, events] = await Promise.all([
    startQueues(timeFactor),
    startDynamo(folder === undefined ? undefined : join(folder, tableFolder)),
    startCloudWatch(snapshot === undefined ? {} : { snapshot }),
    startSecretsManager(),
    startEventBridge(),
  ]);
  return {
    endpoints: {
      AWS_ENDPOINT_URL_SQS: queues.url,
      AWS_ENDPOINT_URL_S3: queues.url,
      AWS_ENDPOINT_URL_SNS: queues.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
    },
    cloudwatch,
    events,
    secrets,
    async close() {
      if (folder !== undefined)
        await tellNoRoom(folder, () =>
          writeFile(join(folder, cloudwatchFile), JSON.stringify(cloudwatch.snapshot())),
        );
      await Promise.all([
        queues.close(),
        dynamo.close(),
        cloudwatch.close(),
        secrets.close(),
        events.close(),
      ]);
    },
  };
}

/** Parts of an SQS call that are waiting times in seconds. */
const waits = ['VisibilityTimeout', 'DelaySeconds'] as const;

async function startQueues(timeFactor: number): Promise<{ url: string; close: () => Promise<void> }> {
  await takeWholeCharacters();
  const app = buildApp({ logger: false });
  // The one place where local queues differ from SQS: every wait is shorter by one factor.
  app.addHook('preHandler', async (request) => {
    if (timeFactor !== 1) shorten(request.body, timeFactor);
  });
  guardServer(app.server);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function shorten(body: unknown, timeFactor: number): void {
  if (typeof body !== 'object' || body === null) return;
  const object = body as Record<string, unknown>;
  for (const name of waits) {
    const value = object[name];
    if (typeof value === 'number') object[name] = value / timeFactor;
  }
  if (Array.isArray(object.Entries)) for (const entry of object.Entries) shorten(entry, timeFactor);
}

async function startDynamo(path: string | undefined): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    ...(path !== undefined && { path }),
  });
  guardServer(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // The store opens at the first call: what is wrong with it shows here, and nobody waits.
  if (path !== undefined) await openTables(`http://127.0.0.1:${port}`);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function openTables(url: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=a, Signature=a',
      'x-amz-date': 'a',
    },
    body: '{}',
  });
  await response.arrayBuffer();
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
