import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { minute } from '#core/time.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/aws/embedded-aws.ts';
import { EventSource } from '#local/aws/event-source.ts';
import {
  type JudgeReply,
  type JudgeServer,
  startJudgeServer,
  verdictText,
} from '#local/judges/judge-server.ts';
import { LocalStack } from '#local/session/local-stack.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { responseRecord } from '../support/records.ts';

/**
 * The deployed functions, with their logs wide open, over texts that all hold one word: good ones, malformed ones, a
 * judge that repeats what it was told, rating files that are wrong everywhere. The word must come out nowhere but in
 * queues, tables and buckets.
 */

const canary = 'canary7f3a';
const words = `Tell ${canary} of it.`;
const start = Date.now();
const catalogue = testCatalogue({
  surfaces: [
    {
      surface: 'chat',
      sampleRate: 1,
      feedback: true,
      slos: { 'judge-pass': 'on', 'first-token': 'on', availability: 'on' },
    },
  ],
});

let aws: EmbeddedAws;
let judge: JudgeServer;
let dynamo: Server;
let stack: LocalStack;
let folder: string;
const output: string[] = [];
const thrown: string[] = [];
const unspy: (() => void)[] = [];

const failure = (status: number): JudgeReply => ({
  kind: 'http',
  status,
  body: { error: { message: words, type: words, code: words, param: `messages[1] ${words}` } },
});

const completion = (message: object): JudgeReply => ({
  kind: 'http',
  status: 200,
  body: { model: words, choices: [{ finish_reason: 'stop', message: { role: 'assistant', ...message } }] },
});

const replies: Readonly<Record<string, JudgeReply>> = {
  garbage: completion({ content: words }),
  'half-garbage': completion({ content: `{"criteria":{"${canary}":{"reason":"${words}","score":9}}}` }),
  refusal: completion({ content: null, refusal: words }),
  'no-completion': { kind: 'http', status: 200, body: `<html>${words}</html>` },
  'no-choice': { kind: 'http', status: 200, body: { model: words, choices: [{ message: words }] } },
  'bad-request': failure(422),
  overloaded: failure(503),
};

/** Records whose every text holds the word. */
function records(): (Record<string, unknown> | string)[] {
  const texts = {
    request: { messages: [{ role: 'user', content: words, [canary]: words }], [canary]: words },
    response: { content: words, finishReason: words },
    context: [words, { text: words }],
    user: words,
    metadata: { note: words },
    [canary]: words,
  };
  const good = (id: string, rest: object = {}) => responseRecord(id, start, { ...texts, ...rest });
  return [
    ...['good', 'garbled', ...Object.keys(replies)].map((id) => good(id)),
    words,
    `{"id": "${words}`,
    JSON.stringify([words]),
    JSON.stringify(words),
    { ...good('no-time'), at: words },
    { ...good('bad-status'), status: words },
    { ...good('bad-messages'), request: { messages: words } },
    { ...good('bad-role'), request: { messages: [{ role: 7, content: { [canary]: words } }] } },
    { ...good('bad-context'), context: { [canary]: words } },
    { ...good('bad-attempts'), attempts: [{ status: words, ms: words }] },
    { ...good('long'), response: { content: words.repeat(20_000) } },
    { kind: 'feedback', id: 'good', at: words, reason: words, comment: words },
    { startTime: words, call_type: words, messages: words, response: words, error_str: words },
    { __encrypted__: true, payload: words },
  ];
}

/** Stands before DynamoDB and answers about one response with words that are no JSON, as a broken connection might. */
async function startGarbler(upstream: string): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
      const answer = await fetch(upstream, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
      });
      const garble = body.includes('"garbled#');
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(garble ? `${canary} ${words}` : Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-canary-'));
  [aws, judge] = await Promise.all([
    startEmbeddedAws({ timeFactor: 300 }),
    startJudgeServer(
      (request) =>
        replies[request.responseId] ?? { kind: 'text', text: verdictText(request, () => 1, words) },
    ),
  ]);
  dynamo = await startGarbler(aws.endpoints.AWS_ENDPOINT_URL_DYNAMODB);
  vi.resetModules();
  stack = await LocalStack.start({
    endpoints: {
      ...aws.endpoints,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(dynamo.address() as AddressInfo).port}`,
    },
    judgeUrl: judge.url,
    judgeKey: 'a-key',
    templates: synthesizeTemplate(catalogue, 'test'),
    catalogue,
    catalogueFile: join(folder, 'catalogue.json'),
    timeFactor: 300,
    onError: () => undefined,
  });
  // Loggers read their level when they are made: the handlers are loaded again under this one.
  vi.resetModules();
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_DEV: 'true' });
  for (const method of ['debug', 'info', 'log', 'warn', 'error', 'trace'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      output.push(args.map(String).join(' '));
    });
    unspy.push(() => spy.mockRestore());
  }
}, 60_000);

afterAll(async () => {
  for (const restore of unspy) restore();
  delete process.env.POWERTOOLS_DEV;
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  await stack?.stop();
  dynamo?.closeAllConnections();
  await Promise.all([aws?.close(), judge?.close(), new Promise((done) => dynamo?.close(done))]);
  await rm(folder, { recursive: true, force: true });
});

/** Lets the freshly loaded functions work until nothing is visible any more, a few times over. */
async function drain(rounds: number): Promise<void> {
  const [sampler, judgeFunction] = await Promise.all([
    import('#lambdas/sampler/handler.ts'),
    import('#lambdas/judge/handler.ts'),
  ]);
  const handlers = { sampler: sampler.handler, judge: judgeFunction.handler };
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const sources = stack.provisioned.eventSources.map(
    (mapping) =>
      new EventSource({
        sqs,
        mapping,
        handler: handlers[mapping.functionName as keyof typeof handlers],
        timeFactor: 300,
        sentAt: (wall) => wall,
        onError: (_, error) => thrown.push(String(error)),
      }),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const source of sources) await source.drain();
    await new Promise((done) => setTimeout(done, 300));
  }
  await Promise.all(sources.map((source) => source.stop()));
  sqs.destroy();
}

async function send(queue: 'JudgeQueue', body: string): Promise<void> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const [, QueueUrl] =
    Object.entries(stack.provisioned.queues).find(
      ([id]) => /JudgeQueue[0-9A-F]{8}$/.test(id) && id.includes(queue),
    ) ?? [];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  sqs.destroy();
}

/** What the functions let out: logs, what they threw (Lambda logs that), metrics and events. */
function letOut(): string {
  return JSON.stringify({
    output,
    thrown,
    metrics: aws.cloudwatch.metrics.snapshot().map(({ name, dimensions }) => ({ name, dimensions })),
    events: aws.events.events(),
  });
}

describe('nothing of a text comes out in logs, metrics or events', () => {
  it('of sampler and judge', { timeout: 60_000 }, async () => {
    await stack.send(
      records().map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
    );
    await send('JudgeQueue', words);
    await send('JudgeQueue', JSON.stringify({ responseId: words, texts: { request: { [canary]: words } } }));
    await drain(5);
    expect(judge.asked().size).toBe(Object.keys(replies).length + 1);
    // The word did pass by, and something was logged on the way.
    expect(output.join('\n')).toContain('judgements failed unexpectedly');
    expect(letOut()).not.toContain(canary);
  });

  it('of a judge that is blocked', { timeout: 60_000 }, async () => {
    judge.use(() => failure(401));
    await stack.send([JSON.stringify(responseRecord('blocked', start, { response: { content: words } }))]);
    await drain(2);
    expect(judge.asked().get('blocked')).toBe(1);
    expect(letOut()).not.toContain(canary);
  });

  it('of the ratings function', { timeout: 60_000 }, async () => {
    const { uploadRatingFile } = await import('#local/replay/upload-rating-file.ts');
    const row = {
      response_id: 'good',
      rater_id: 'ann',
      score: '2',
      rated_at: '',
      note: '',
      helps: '',
      rubric: '',
    };
    const names = Object.keys(row);
    const spoilt = names.map((name) => Object.values({ ...row, [name]: words }).join(','));
    const files = [
      [names.join(','), ...spoilt, `good,"${words}`].join('\n'),
      `${words}\n${words},${words}\n`,
      `response_id,${words}\ngood,${words}\n`,
      [...names.map((name) => JSON.stringify({ ...row, [name]: words })), `{"${canary}`].join('\n'),
      `\u0000${words}`,
    ];
    for (const [index, text] of files.entries())
      await uploadRatingFile({ name: `file-${index}`, text }, start);
    expect(output.join('\n')).toContain('took a ratings file in');
    expect(letOut()).not.toContain(canary);
  });

  it('of the evaluator, whose alarms the bad verdicts raise', { timeout: 60_000 }, async () => {
    const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
    const many = Array.from({ length: 200 }, (_, index) =>
      JSON.stringify(
        responseRecord(`many-${index}`, start - (index % 50) * minute, {
          status: 'error',
          response: { content: words },
          timing: { ttftMs: 5_000 },
        }),
      ),
    );
    await stack.send(many);
    await drain(2);
    await handler({ time: new Date(start).toISOString() });
    await handler({ time: new Date(start + minute).toISOString() });
    await handler({ time: words }).catch((error: unknown) => thrown.push(String(error)));
    expect(thrown.length).toBeGreaterThan(0);
    expect(aws.events.events().length).toBeGreaterThan(0);
    expect(letOut()).not.toContain(canary);
  });
});
