import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GotRequest, readBedrockToken, readSignature } from './aws-signature.ts';

/** Places that the server plays, each under a path of its own, each in its provider's form. */
export const places = ['openai', 'azure', 'bedrock', 'converse', 'plain'] as const;
export type Place = (typeof places)[number];

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Asked extends GotRequest {
  readonly place: Place;
  readonly sent: Readonly<Record<string, unknown>>;
}

/** Keys that the server takes, and the credentials that it knows. */
export const known = {
  openai: 'sk-openai',
  azure: 'azure-key',
  accessKey: 'local',
  secretKey: 'local',
  region: 'eu-central-1',
} as const;

export interface ProviderServer {
  /** Base address of a place, as the judges file wants it. */
  url(place: Place): string;
  readonly asked: readonly Asked[];
  /** Answers in place of a verdict, until it is called without. */
  answer(reply?: (asked: Asked) => Reply): void;
  close(): Promise<void>;
}

const bases: Readonly<Record<Place, string>> = {
  openai: '/openai/v1',
  azure: '/azure/openai/v1',
  bedrock: '/bedrock/openai/v1',
  converse: '/converse',
  plain: '/plain/v1',
};

/** Judges of several providers on loopback: each checks how it is authorised and what form it is asked in. */
export async function startProviderServer(text: string): Promise<ProviderServer> {
  const asked: Asked[] = [];
  let scripted: ((asked: Asked) => Reply) | undefined;
  const server = createServer(async (request, response) => {
    // Nobody here tells of its models.
    if (request.method !== 'POST') return void response.writeHead(404).end('{}');
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const path = request.url ?? '';
    const place = places.find((each) => path.startsWith(`${bases[each]}/`)) ?? 'plain';
    const sent = JSON.parse(body) as Record<string, unknown>;
    const got: Asked = { method: request.method ?? '', path, headers: request.headers, body, place, sent };
    asked.push(got);
    const reply = refusal(got) ?? scripted?.(got) ?? verdictOf(got, text);
    response
      .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      .end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (place) => `http://127.0.0.1:${port}${bases[place]}`,
    asked,
    answer: (reply) => {
      scripted = reply;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What a place answers to a call that it would not take. */
function refusal(asked: Asked): Reply | undefined {
  const { place, path, headers, sent } = asked;
  const isAt = (rest: string) => path === `${bases[place]}${rest}`;
  const error = (status: number, code: string, param?: string): Reply => ({
    status,
    body: { error: { code, message: 'No.', type: 'invalid_request_error', param: param ?? null } },
  });
  switch (place) {
    case 'converse': {
      const signature = readSignature(asked, known.secretKey);
      if (!signature?.isTrue || signature.service !== 'bedrock' || signature.region !== known.region)
        return named(403, 'InvalidSignatureException');
      if (!/\/model\/[^/]+\/converse$/.test(path)) return named(404, 'UnknownOperationException');
      return 'max_completion_tokens' in sent ? named(400, 'ValidationException') : undefined;
    }
    case 'bedrock': {
      const token = readBedrockToken(headers.authorization);
      if (token?.action !== 'CallWithBearerToken' || token.region !== known.region)
        return error(401, 'access_denied');
      break;
    }
    case 'azure':
      if (headers['api-key'] !== known.azure || headers.authorization !== undefined)
        return { status: 401, body: { error: { code: '401', message: 'Access denied.' } } };
      break;
    case 'openai':
      if (headers.authorization !== `Bearer ${known.openai}`) return error(401, 'invalid_api_key');
      break;
    case 'plain': {
      const roles = (sent.messages as { role: string }[]).map(({ role }) => role);
      if (roles.some((role) => role !== 'user')) return error(400, 'unsupported_value', 'messages[0].role');
      const format = sent.response_format as { type?: string } | undefined;
      if (format !== undefined && format.type !== 'json_object')
        return error(400, 'unsupported_parameter', 'response_format');
      if ('max_completion_tokens' in sent)
        return error(400, 'unsupported_parameter', 'max_completion_tokens');
    }
  }
  return isAt('/chat/completions') ? undefined : error(404, 'not_found');
}

/** An error as AWS names it: in a header. */
export function named(status: number, name: string, message = 'No.'): Reply {
  return {
    status,
    headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/` },
    body: { message },
  };
}

/** A verdict in the form of the place that was asked. */
function verdictOf({ place }: Asked, text: string): Reply {
  if (place === 'converse')
    return {
      status: 200,
      body: converseAnswer(text),
    };
  return {
    status: 200,
    body: {
      id: 'c',
      object: 'chat.completion',
      model: 'judge-model-2026-10',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
      usage: {
        prompt_tokens: 900,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 700, cache_write_tokens: 100 },
      },
      service_tier: 'default',
    },
  };
}

export function converseAnswer(text: string, rest: object = {}) {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: {
      inputTokens: 100,
      outputTokens: 50,
      totalTokens: 950,
      cacheReadInputTokens: 700,
      cacheWriteInputTokens: 100,
    },
    metrics: { latencyMs: 120 },
    serviceTier: { type: 'default' },
    ...rest,
  };
}
