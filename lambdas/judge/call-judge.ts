import { required } from '#adapters/environment.ts';
import { askJudge, createJudgeClient } from '#adapters/openai/judge-client.ts';
import { readJudgeKey } from '#adapters/secrets/judge-key.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import { env } from '#core/names.ts';

/** One client a key; a rotated key makes a new one. */
let client: { readonly key: string; readonly openai: ReturnType<typeof createJudgeClient> } | undefined;

/** Calls the judge with the key that its secret holds now. A secret without one is a blocking error. */
export async function callJudge(call: JudgeCall): Promise<JudgeAnswer> {
  const secret = await readJudgeKey(required(env.judgeSecretId));
  if (!secret.ok) return { kind: 'error', error: { kind: 'blocking', reason: secret.reason } };
  if (client?.key !== secret.key)
    client = {
      key: secret.key,
      openai: createJudgeClient(secret.key, process.env[env.judgeUrl] || undefined),
    };
  return askJudge(client.openai, call);
}
