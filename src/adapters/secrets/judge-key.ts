import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { unfilledJudgeKey } from '#core/names.ts';
import { readObject } from '#core/record/json-object.ts';
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

/** Keys by entry, or why there are none. */
type JudgeKeys =
  | { readonly ok: true; readonly keys: ReadonlyMap<string, string> }
  | (JudgeKey & { readonly ok: false });

/** By secret: the reading that calls share, also while it is under way. A failed one is not kept. */
const readings = new Map<string, { readonly until: number; readonly keys: Promise<JudgeKeys> }>();

/**
 * The API key of one judge from the judges' secret, cached. Calls that come side by side share one reading.
 *
 * @param entry of the secret, as the judge's `authorisation` names it
 */
export async function readJudgeKey(secretId: string, entry: string): Promise<JudgeKey> {
  const reading = await readKeys(secretId);
  if (!reading.ok) return reading;
  const key = reading.keys.get(entry);
  if (key !== undefined) return { ok: true, key };
  readings.delete(secretId);
  const there = [...reading.keys.keys()].join(', ') || 'none';
  return {
    ok: false,
    unfilled: true,
    reason: `the judges' secret has no key under "${entry}" (entries with a key: ${there}); put one there: {"${entry}": "KEY", …}`,
  };
}

function readKeys(secretId: string): Promise<JudgeKeys> {
  const last = readings.get(secretId);
  if (last !== undefined && Date.now() < last.until) return last.keys;
  const reading = { until: Date.now() + keyLifetime, keys: fetchKeys(secretId) };
  readings.set(secretId, reading);
  void reading.keys.then(({ ok }) => {
    if (!ok && readings.get(secretId) === reading) readings.delete(secretId);
  });
  return reading.keys;
}

const noKeyYet = {
  ok: false as const,
  unfilled: true,
  reason: "the judges' secret holds no key yet; the stack's output JudgeKeyCommand fills it",
};

async function fetchKeys(secretId: string): Promise<JudgeKeys> {
  let value: unknown;
  try {
    value = await secrets().get(secretId, { forceFetch: true });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { ok: false, unfilled: false, reason: `the judge's secret could not be read: ${cause}` };
  }
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || text === unfilledJudgeKey) return noKeyYet;
  const entries = readEntries(text);
  if (entries === undefined)
    return {
      ok: false,
      unfilled: true,
      reason:
        'the judges\' secret is no list of keys: wanted a JSON object with an entry for each judge that has a key, such as {"openai": "KEY"}, got something else (a bare key, perhaps); put it there as that object',
    };
  return entries.size === 0 ? noKeyYet : { ok: true, keys: entries };
}

/** Entries that hold a key; undefined where it is no object of texts. Nothing of it is ever told but the entries' names. */
function readEntries(text: string): Map<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const object = readObject(value);
  if (object === undefined || Object.values(object).some((key) => typeof key !== 'string')) return undefined;
  const keys = Object.entries(object).map(([entry, key]) => [entry, String(key).trim()] as const);
  return new Map(keys.filter(([, key]) => key !== '' && key !== unfilledJudgeKey));
}
