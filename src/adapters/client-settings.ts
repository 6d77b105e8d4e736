import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { env } from '#core/names.ts';

const drop = () => undefined;

/** For a logger that takes no `info`, its own default too, the SDK copies the whole input and output of every call. */
const noLogger = { info: undefined as unknown as () => void, debug: drop, warn: drop, error: drop };

type Signer = Exclude<DynamoDBClientConfig['signer'], undefined>;

/** Servers on this machine want to see that a call is signed, and check nothing: making a signature is a third of what a call costs. */
const unsigned: Signer = async () => ({
  sign: async (request) => {
    request.headers['x-amz-date'] = '20000101T000000Z';
    request.headers.authorization =
      'AWS4-HMAC-SHA256 Credential=local/20000101/local/aws/aws4_request, SignedHeaders=host, Signature=none';
    return request;
  },
});

type UserAgent = Exclude<DynamoDBClientConfig['defaultUserAgentProvider'], undefined>;

/** Nobody there reads what the SDK tells of itself, which it puts together anew for every call. */
const unnamed: UserAgent = async () => [];

/** Undefined, where the SDK takes its own, is no value of the options' types. */
function onThisMachine<Setting>(setting: Setting): Setting {
  return (process.env[env.unsigned] === '1' ? setting : undefined) as Setting;
}

/**
 * How every client of the functions waits for AWS and tries again, for the SDK itself waits for ever: a socket that swallows what
 * is sent costs ten seconds and another try, not a whole tick or the whole try at a judgement. Milliseconds. Three attempts that all
 * hang end within half a minute, which is half of the shortest time that a function has.
 */
export const clientSettings = {
  maxAttempts: 3,
  // A tenth of what a call costs is to put its steps in order, which are the same for each of a kind.
  cacheMiddleware: true,
  logger: noLogger,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    // Without it the SDK only warns of the request's time-out.
    throwOnRequestTimeout: true,
    // Of an answer that stops half way.
    socketTimeout: 10_000,
  },
  get signer(): Signer {
    return onThisMachine(unsigned);
  },
  get defaultUserAgentProvider(): UserAgent {
    return onThisMachine(unnamed);
  },
};

/** Enough for V8 to look at what it reads so often. */
const readsUntilSeen = 50;

/**
 * Makes the settings of a client quick to copy, which the SDK does three times in each call: V8 lays an object out anew that others
 * inherit from, and copies it in a fifth of the time. A tenth of what a call costs.
 */
export function quicken<Client extends { readonly config: object }>(client: Client): Client {
  const heir = Object.create(client.config) as { readonly region?: unknown };
  const read = (from: typeof heir) => from.region;
  for (let reads = 0; reads < readsUntilSeen; reads += 1) read(heir);
  return client;
}
