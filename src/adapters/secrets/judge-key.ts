import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { unfilledJudgeKey } from '#core/names.ts';
import { once } from '../once.ts';

/** Seconds a key is kept before it is read again: a rotated key takes effect within this time. */
const keyLifetimeSeconds = 300;

const secrets = once(() => new SecretsProvider());

/**
 * The judge's API key from Secrets Manager, cached.
 *
 * @returns the key, or why there is none
 */
export async function readJudgeKey(
  secretId: string,
): Promise<{ ok: true; key: string } | { ok: false; reason: string }> {
  let value: unknown;
  try {
    value = await secrets().get(secretId, { maxAge: keyLifetimeSeconds });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `the judge's secret could not be read: ${cause}` };
  }
  const key = typeof value === 'string' ? value.trim() : '';
  if (key === '' || key === unfilledJudgeKey) {
    return {
      ok: false,
      reason: "the judge's secret holds no key yet; the stack's output JudgeKeyCommand fills it",
    };
  }
  return { ok: true, key };
}
