import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import { clientSettings } from '../client-settings.ts';
import { callOnce, type SendRequest } from '../openai/call-once.ts';
import { converseRequest } from './converse-request.ts';
import { readConverse } from './read-converse.ts';

/** Asks a judge over Bedrock's Converse. One call, no retries of its own. Never throws. */
export async function askConverse(client: BedrockRuntimeClient, call: JudgeCall): Promise<JudgeAnswer> {
  return callOnce(
    call.timeoutMs,
    ({ request, signal }) => {
      requests.set(signal, request);
      return client.send(new ConverseCommand(converseRequest(call)), { abortSignal: signal });
    },
    readConverse,
  );
}

/** A client for a region. @param url another address than the region's own */
export function createConverseClient(region: string, url: string | undefined): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region,
    ...(url !== undefined && { endpoint: url }),
    maxAttempts: 1,
    logger: clientSettings.logger,
    requestHandler,
  });
}

/** By the call's signal, which the client hands on as it is. */
const requests = new WeakMap<object, SendRequest>();

interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends what the client has signed through the call's own request, so that its answer is bounded and read by us alone. */
const requestHandler = {
  async handle(request: SignedRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
    const send = abortSignal && requests.get(abortSignal);
    if (send === undefined) throw new Error('wanted a call of `askConverse`, got another');
    const port = request.port === undefined ? '' : `:${request.port}`;
    const { method, headers, body } = request;
    const url = `${request.protocol}//${request.hostname}${port}${request.path}`;
    await send(url, { method, headers, ...(body !== undefined && { body }) });
    return { response: { statusCode: 200, headers: {}, body: new TextEncoder().encode('{}') } };
  },
  destroy: () => undefined,
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
};
