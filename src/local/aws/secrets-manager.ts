import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  AwsError,
  type AwsJsonServer,
  defineOperation,
  startAwsJsonServer,
  toAwsTimestamp,
} from './aws-json-server.ts';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
/** An ARN ends in a dash and six characters, which callers may leave out. */
const ARN_SUFFIX_LENGTH = 7;
const MAX_SECRET_CHARACTERS = 65_536;

/** Secret values are text, or bytes as base64. */
const secretValue = {
  SecretString: z.string().min(1).max(MAX_SECRET_CHARACTERS).optional(),
  SecretBinary: z
    .base64()
    .max(MAX_SECRET_CHARACTERS * 2)
    .optional(),
};

const createSecret = z.looseObject({
  Name: z.string().regex(/^[\w/+=.@-]{1,512}$/, 'wants 1 to 512 letters, digits and /_+=.@-'),
  Description: z.string().optional(),
  ClientRequestToken: z.string().optional(),
  ...secretValue,
});

const getSecretValue = z.looseObject({
  SecretId: z.string().min(1),
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});

const putSecretValue = z.looseObject({
  SecretId: z.string().min(1),
  ClientRequestToken: z.string().optional(),
  ...secretValue,
});

const describeSecret = z.looseObject({ SecretId: z.string().min(1) });

interface SecretVersion {
  readonly id: string;
  readonly createdAt: Date;
  readonly text: string | undefined;
  readonly binary: string | undefined;
  stages: string[];
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: Date;
  changedAt: Date;
  /** Oldest first. */
  readonly versions: SecretVersion[];
}

/** How to start: everything has a default. */
export interface SecretsManagerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly region?: string;
  readonly account?: string;
}

/**
 * Starts a local Secrets Manager on 127.0.0.1 (AWS JSON 1.1): CreateSecret, GetSecretValue, PutSecretValue and
 * DescribeSecret by name or ARN. Values are held in memory only and are written nowhere.
 *
 * Errors: `ResourceNotFoundException`, `ResourceExistsException`, `InvalidParameterException`.
 */
export async function startSecretsManager(options: SecretsManagerOptions = {}): Promise<AwsJsonServer> {
  const { region = 'us-east-1', account = '000000000000' } = options;
  const secrets = new Map<string, Secret>();

  const find = (id: string): Secret => {
    const found =
      secrets.get(id) ??
      [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -ARN_SUFFIX_LENGTH) === id);
    if (found === undefined) throw notFound("Secrets Manager can't find the specified secret.");
    return found;
  };

  return startAwsJsonServer(
    {
      target: 'secretsmanager',
      shapes: 'com.amazonaws.secretsmanager',
      protocol: '1.1',
      operations: {
        CreateSecret: defineOperation(createSecret, invalidParameter, (input) => {
          if (secrets.has(input.Name)) {
            throw new AwsError('ResourceExistsException', `The secret ${input.Name} already exists.`);
          }
          const suffix = randomUUID().slice(0, 6);
          const now = new Date();
          const secret: Secret = {
            name: input.Name,
            arn: `arn:aws:secretsmanager:${region}:${account}:secret:${input.Name}-${suffix}`,
            description: input.Description,
            createdAt: now,
            changedAt: now,
            versions: [],
          };
          const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
          const version = hasValue ? addVersion(secret, input) : undefined;
          secrets.set(secret.name, secret);
          return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
        }),
        PutSecretValue: defineOperation(putSecretValue, invalidParameter, (input) => {
          const secret = find(input.SecretId);
          const { id, stages } = addVersion(secret, input);
          return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
        }),
        GetSecretValue: defineOperation(getSecretValue, invalidParameter, (input) => {
          const secret = find(input.SecretId);
          const version = findVersion(secret, input.VersionId, input.VersionStage);
          return {
            ARN: secret.arn,
            Name: secret.name,
            VersionId: version.id,
            VersionStages: version.stages,
            SecretString: version.text,
            SecretBinary: version.binary,
            CreatedDate: toAwsTimestamp(version.createdAt),
          };
        }),
        DescribeSecret: defineOperation(describeSecret, invalidParameter, (input) => {
          const secret = find(input.SecretId);
          const staged = secret.versions.filter(({ stages }) => stages.length > 0);
          return {
            ARN: secret.arn,
            Name: secret.name,
            Description: secret.description,
            CreatedDate: toAwsTimestamp(secret.createdAt),
            LastChangedDate: toAwsTimestamp(secret.changedAt),
            VersionIdsToStages: Object.fromEntries(staged.map(({ id, stages }) => [id, stages])),
          };
        }),
      },
    },
    options.port === undefined ? {} : { port: options.port },
  );
}

/** Adds a version as AWSCURRENT; the one that was becomes AWSPREVIOUS. A token that is known is answered again. */
function addVersion(
  secret: Secret,
  input: {
    ClientRequestToken?: string | undefined;
    SecretString?: string | undefined;
    SecretBinary?: string | undefined;
  },
): SecretVersion {
  const { SecretString: text, SecretBinary: binary, ClientRequestToken: token } = input;
  if ((text === undefined) === (binary === undefined)) {
    throw invalidParameter('wants exactly one of SecretString and SecretBinary');
  }
  const known = secret.versions.find(({ id }) => id === token);
  if (known !== undefined) {
    if (known.text === text && known.binary === binary) return known;
    throw new AwsError('ResourceExistsException', `version ${known.id} exists with another value`);
  }
  for (const version of secret.versions) {
    version.stages = version.stages.includes(CURRENT) ? [PREVIOUS] : [];
  }
  const version: SecretVersion = {
    id: token ?? randomUUID(),
    createdAt: new Date(),
    text,
    binary,
    stages: [CURRENT],
  };
  secret.versions.push(version);
  secret.changedAt = version.createdAt;
  return version;
}

function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const label = stage ?? (id === undefined ? CURRENT : undefined);
  const version = secret.versions.find(
    (each) => (id === undefined || each.id === id) && (label === undefined || each.stages.includes(label)),
  );
  if (version !== undefined) return version;
  const what = id === undefined ? `staging label ${label}` : `VersionId ${id}`;
  throw notFound(`Secrets Manager can't find the specified secret value for ${what}.`);
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
