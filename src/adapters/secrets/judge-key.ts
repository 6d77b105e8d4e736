import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { unfilledJudgeKey } from '#core/names.ts';
import { second } from '#core/time.ts';
import { clientSettings } from '../client-settings.ts';
import { once } from '../once.ts';

/** A key is kept so long before it is read again: a rotated key takes effect within this time. Milliseconds. */
const keyLifetime = 300 * second;

/** The key, or why there is none: `unfilled` where the secret was read and holds none. */
export type JudgeKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly unfilled: boolean; readonly reason: string };

const secrets = once(() => new SecretsProvider({ clientConfig: clientSettings }));

/** By secret: the reading that calls share, also while it is under way. A failed one is not kept. */
const readings = new Map<string, { readonly until: number; readonly key: Promise<JudgeKey> }>();

/** The judge's API key from Secrets Manager, cached. Calls that come side by side share one reading. */
export function readJudgeKey(secretId: string): Promise<JudgeKey> {
  const last = readings.get(secretId);
  if (last !== undefined && Date.now() < last.until) return last.key;
  const reading = { until: Date.now() + keyLifetime, key: fetchKey(secretId) };
  readings.set(secretId, reading);
  void reading.key.then(({ ok }) => {
    if (!ok && readings.get(secretId) === reading) readings.delete(secretId);
  });
  return reading.key;
}

async function fetchKey(secretId: string): Promise<JudgeKey> {
  let value: unknown;
  try {
    value = await secrets().get(secretId, { forceFetch: true });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { ok: false, unfilled: false, reason: `the judge's secret could not be read: ${cause}` };
  }
  const key = typeof value === 'string' ? value.trim() : '';
  if (key === '' || key === unfilledJudgeKey) {
    return {
      ok: false,
      unfilled: true,
      reason: "the judge's secret holds no key yet; the stack's output JudgeKeyCommand fills it",
    };
  }
  return { ok: true, key };
}
