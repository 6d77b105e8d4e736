import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { simulatedHeader } from '#adapters/openai/answer-origin.ts';
import { responseIdOf } from '#core/judging/judgement.ts';
import { schemaInText } from '#core/rubric/schema-text.ts';
import { guardServer } from '../loopback.ts';

/** What the judge server is asked: the response's id, the answer's schema, and the prompt. */
export interface JudgeRequest {
  readonly responseId: string;
  /** Criterion id to the values its score may take. */
  readonly criteria: ReadonlyMap<string, readonly (number | string)[]>;
  readonly prompt: string;
  readonly model: string;
}

/** What it answers: a message's text, any HTTP answer at all (for faults), or a connection that breaks. */
export type JudgeReply = {
  /** Milliseconds that it thinks; none where absent. */
  readonly afterMs?: number;
} & (
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'reset' }
);

export type AnswerJudge = (request: JudgeRequest) => JudgeReply;

export interface JudgeServer {
  /** Base address for an OpenAI client, `/v1` included. */
  readonly url: string;
  /** How often each response id was asked about. */
  asked(): ReadonlyMap<string, number>;
  /** Answers from here on. */
  use(answer: AnswerJudge): void;
  close(): Promise<void>;
}

const maxBodyBytes = 8 * 1024 * 1024;

/** An OpenAI-compatible judge on loopback. It knows the response from the `X-Client-Request-Id` header. */
export async function startJudgeServer(answer: AnswerJudge): Promise<JudgeServer> {
  let current = answer;
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    void serve(request, response, (judgeRequest) => {
      asked.set(judgeRequest.responseId, (asked.get(judgeRequest.responseId) ?? 0) + 1);
      return current(judgeRequest);
    });
  });
  guardServer(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked: () => asked,
    use: (next) => {
      current = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, answer: AnswerJudge): Promise<void> {
  const send = (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => {
    if (response.destroyed) return;
    response.writeHead(status, {
      'content-type': 'application/json',
      // What answers otherwise than in plain text says itself what it wants to be.
      ...(headers === undefined ? { [simulatedHeader]: 'true' } : headers),
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  try {
    if (request.method === 'GET' && request.url?.endsWith('/models'))
      return send(200, { object: 'list', data: [] });
    if (request.method !== 'POST' || !request.url?.endsWith('/chat/completions'))
      return send(404, { error: { message: 'only chat completions live here' } });
    const body = JSON.parse(await readBody(request)) as Record<string, unknown>;
    const judgeRequest = readRequest(String(request.headers['x-client-request-id'] ?? ''), body);
    const reply = answer(judgeRequest);
    if (reply.afterMs !== undefined) await delay(reply.afterMs, undefined, { ref: false });
    if (reply.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (reply.kind === 'http') return send(reply.status, reply.body, reply.headers);
    return send(200, completion(judgeRequest, reply.text));
  } catch {
    send(400, { error: { message: 'wanted a chat completion request in JSON', code: 'invalid_request' } });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface AnswerSchema {
  properties?: {
    criteria?: {
      properties?: Record<string, { properties?: { score?: { enum?: (number | string)[]; type?: string } } }>;
    };
  };
}

/** The answer's schema, beside the prompt or in it. */
function readSchema(body: Record<string, unknown>, prompt: string): AnswerSchema {
  const format = body.response_format as { json_schema?: { schema?: AnswerSchema } } | undefined;
  const schema = format?.json_schema?.schema;
  if (schema !== undefined) return schema;
  const written = schemaInText(prompt);
  return written === undefined ? {} : (JSON.parse(written) as AnswerSchema);
}

const allScores: readonly number[] = [1, 2, 3, 4, 5];

function readRequest(name: string, body: Record<string, unknown>): JudgeRequest {
  const messages = (body.messages ?? []) as { content?: string }[];
  const prompt = messages.map(({ content }) => content ?? '').join('\n');
  const properties = readSchema(body, prompt).properties?.criteria?.properties ?? {};
  return {
    responseId: responseIdOf(name) ?? '',
    criteria: new Map(
      Object.entries(properties).map(([id, schema]) => {
        const score = schema.properties?.score;
        return [id, score?.enum ?? (score?.type === 'integer' ? allScores : [])];
      }),
    ),
    prompt,
    model: String(body.model),
  };
}

function completion(request: JudgeRequest, text: string): unknown {
  const inputTokens = Math.ceil(request.prompt.length / 4);
  const outputTokens = Math.ceil(text.length / 4);
  return {
    id: `chatcmpl-${request.responseId}`,
    object: 'chat.completion',
    created: 0,
    model: request.model,
    choices: [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text, refusal: null } },
    ],
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      prompt_tokens_details: { cached_tokens: 0 },
    },
  };
}

/** Of a criterion that passes or fails, a score of 1 to 5 says so: a 3 is no pass. */
const passesFrom = 4;

/** A verdict in the asked schema, with one score (1 to 5) and a reason for every criterion. */
export function verdictText(
  request: JudgeRequest,
  scores: (criterion: string) => number,
  reasonOf: string | ((criterion: string) => string),
): string {
  const criteria = [...request.criteria].map(([id, values]) => {
    const score = scores(id);
    const reason = typeof reasonOf === 'string' ? reasonOf : reasonOf(id);
    return [id, { reason, score: values.includes('pass') ? (score >= passesFrom ? 'pass' : 'fail') : score }];
  });
  return JSON.stringify({ criteria: Object.fromEntries(criteria) });
}
