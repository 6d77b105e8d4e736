import OpenAI from 'openai';
import { openAiUrl } from '#core/judges/judge-place.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import { callOnce } from './call-once.ts';
import { requestBody } from './request-body.ts';

/** Asks a judge over the OpenAI chat completions API. One call, no retries of its own. Never throws. */
export async function askJudge(client: OpenAI, call: JudgeCall): Promise<JudgeAnswer> {
  const headers = { 'X-Client-Request-Id': call.name };
  return callOnce(call.timeoutMs, ({ fetch, timeout, signal }) =>
    client
      .withOptions({ fetch })
      .chat.completions.create(requestBody(call), { headers, timeout, signal, maxRetries: 0 }),
  );
}

export interface JudgeClientOptions {
  /** Base address, where the provider is not OpenAI itself. */
  readonly url?: string | undefined;
  /** How the key is sent: Azure has a header of its own for it. */
  readonly keyHeader?: 'authorization' | 'api-key';
}

/** A client that sends a key to an address: OpenAI's own where none is named. */
export function createJudgeClient(apiKey: string, { url, keyHeader }: JudgeClientOptions = {}): OpenAI {
  return new OpenAI({
    apiKey,
    maxRetries: 0,
    // Said, or the package would take an address from the environment, and a key is meant for one place.
    baseURL: url ?? openAiUrl,
    ...(keyHeader === 'api-key' && { defaultHeaders: { 'api-key': apiKey, authorization: null } }),
  });
}
