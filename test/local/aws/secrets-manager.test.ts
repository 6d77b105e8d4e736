import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsJsonServer } from '#local/aws/aws-json-server.ts';
import { startSecretsManager } from '#local/aws/secrets-manager.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let server: AwsJsonServer;
let client: SecretsManagerClient;

beforeEach(async () => {
  server = await startSecretsManager();
  client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const create = (Name: string, SecretString?: string) =>
  client.send(new CreateSecretCommand({ Name, SecretString }));
const get = (SecretId: string, rest = {}) => client.send(new GetSecretValueCommand({ SecretId, ...rest }));

describe('secrets through the SDK', () => {
  it('are found by name, by ARN and by ARN without its suffix', async () => {
    const { ARN = '' } = await create('assay/judge-key', 'sk-local');
    await create('assay/judge', 'another');
    for (const id of ['assay/judge-key', ARN, ARN.slice(0, -7)]) {
      expect(await get(id)).toMatchObject({
        SecretString: 'sk-local',
        Name: 'assay/judge-key',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: expect.any(Date),
      });
    }
  });

  it('hold bytes as well as text', async () => {
    const SecretBinary = new Uint8Array([0, 1, 255]);
    await client.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary }));
    expect((await get('bytes')).SecretBinary).toEqual(SecretBinary);
  });

  it('keep the value before as AWSPREVIOUS', async () => {
    const { VersionId } = await create('key', 'one');
    await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'two' }));
    expect((await get('key')).SecretString).toBe('two');
    expect((await get('key', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    expect((await get('key', { VersionId })).SecretString).toBe('one');
  });

  it('take the same token once', async () => {
    const token = { SecretId: 'key', ClientRequestToken: 'a'.repeat(32) };
    await create('key', 'one');
    const first = await client.send(new PutSecretValueCommand({ ...token, SecretString: 'two' }));
    const again = await client.send(new PutSecretValueCommand({ ...token, SecretString: 'two' }));
    expect(again.VersionId).toBe(first.VersionId);
    await expect(
      client.send(new PutSecretValueCommand({ ...token, SecretString: 'three' })),
    ).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });

  it('are described without their value', async () => {
    const { VersionId = '' } = await create('key', 'one');
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    expect(described).toMatchObject({ Name: 'key', VersionIdsToStages: { [VersionId]: ['AWSCURRENT'] } });
    expect(JSON.stringify(described)).not.toContain('one');
  });
});

describe('refusals', () => {
  it('of a secret that is not there, or has no value yet, are ResourceNotFoundException', async () => {
    await create('empty');
    for (const id of ['gone', 'empty']) {
      await expect(get(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  it('of a name that is taken are ResourceExistsException', async () => {
    await create('key', 'one');
    await expect(create('key', 'two')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('of a value that is neither text nor bytes are InvalidParameterException', async () => {
    await create('key', 'one');
    await expect(client.send(new PutSecretValueCommand({ SecretId: 'key' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('can be injected', async () => {
    await create('key', 'one');
    server.failNext({ operation: 'GetSecretValue', status: 400, code: 'ThrottlingException' });
    await expect(get('key')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect((await get('key')).SecretString).toBe('one');
  });
});
