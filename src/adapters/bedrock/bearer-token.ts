import { getTokenProvider } from '@aws/bedrock-token-generator';
import { minute } from '#core/time.ts';

/** A token is signed for an hour, and ends with the role's session if that is sooner. Seconds. */
const tokenSeconds = 3_600;

/** After which another is signed, long before either ends: it takes no call. Milliseconds. */
const renewAfter = 10 * minute;

interface Held {
  readonly until: number;
  readonly token: Promise<string>;
}

const held = new Map<string, Held>();

/**
 * A bearer token for Bedrock's OpenAI form, signed by the role with the credentials of this process; one a region, kept for ten
 * minutes.
 *
 * @param now epoch milliseconds
 * @throws Error of the SDK where there are no credentials
 */
export async function bedrockToken(region: string, now = Date.now()): Promise<string> {
  const last = held.get(region);
  if (last !== undefined && now < last.until) return last.token;
  const token = getTokenProvider({ region, expiresInSeconds: tokenSeconds })();
  const fresh = { until: now + renewAfter, token };
  held.set(region, fresh);
  token.catch(() => forget(region, fresh));
  return token;
}

/** Lets go of a token that was refused: its role's session may be over. */
export function forgetBedrockToken(region: string): void {
  held.delete(region);
}

function forget(region: string, failed: Held): void {
  if (held.get(region) === failed) held.delete(region);
}
