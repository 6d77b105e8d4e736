import { openAiUrl } from '#core/judges/judge-place.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import { callOnce } from './call-once.ts';
import { requestBody } from './request-body.ts';

/**
 * An address that speaks the OpenAI API, and what shows who asks. The `openai` package would be a third of the function and of
 * its start, for a call whose retries, time-outs and failures are ours anyway.
 */
export interface JudgeClient {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface JudgeClientOptions {
  /** Base address, where the provider is not OpenAI itself. */
  readonly url?: string | undefined;
  /** How the key is sent: Azure has a header of its own for it. */
  readonly keyHeader?: 'authorization' | 'api-key';
}

/** A client that sends a key to an address: OpenAI's own where none is named. */
export function createJudgeClient(apiKey: string, { url, keyHeader }: JudgeClientOptions = {}): JudgeClient {
  return {
    baseUrl: (url ?? openAiUrl).replace(/\/+$/, ''),
    headers: {
      ...(keyHeader === 'api-key' ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }),
      accept: 'application/json',
      'user-agent': 'assay',
    },
  };
}

/** Asks a judge over the OpenAI chat completions API. One call, no retries of its own. Never throws. */
export async function askJudge({ baseUrl, headers }: JudgeClient, call: JudgeCall): Promise<JudgeAnswer> {
  return callOnce(call.timeoutMs, ({ request }) =>
    request(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'x-client-request-id': call.name },
      body: JSON.stringify(requestBody(call)),
    }),
  );
}
