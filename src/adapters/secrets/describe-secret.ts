import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * Whether anything was put into a secret since it was made. Its value is not read.
 *
 * @throws what the SDK throws
 */
export async function wasSecretFilled(secretId: string): Promise<boolean> {
  const client = new SecretsManagerClient({});
  try {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
    // What the secret was made with has been replaced at least once.
    return Object.values(VersionIdsToStages).flat().includes('AWSPREVIOUS');
  } finally {
    client.destroy();
  }
}
