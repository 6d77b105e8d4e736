import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { minute } from '#core/time.ts';
import { type JudgeReply, verdictText } from '#local/judges/judge-server.ts';
import { EventSource } from '#local/stack/event-source.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { type EmbeddedStack, startEmbeddedStack } from '../support/embedded-stack.ts';
import * as replies from '../support/judge-replies.ts';
import { endWaits, queueUrlOf } from '../support/queues.ts';
import { responseRecord } from '../support/records.ts';
import { templatesOf } from '../support/templates.ts';
import { until } from '../support/until.ts';

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

let embedded: EmbeddedStack;
let dynamo: Server;
const output: string[] = [];
const thrown: string[] = [];
const unspy: (() => void)[] = [];

const failure = (status: number) =>
  replies.failure(status, { message: words, type: words, code: words, param: `messages[1] ${words}` });
const completion = (message: object) => replies.completion(message, { model: words });

const spoilt: Readonly<Record<string, JudgeReply>> = {
  garbage: completion({ content: words }),
  'half-garbage': completion({ content: `{"criteria":{"${canary}":{"reason":"${words}","score":9}}}` }),
  refusal: completion({ refusal: words }),
  'no-completion': replies.http(200, `<html>${words}</html>`),
  'no-choice': replies.completionOfChoices([{ message: words }], { model: words }),
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
    ...['good', 'garbled', ...Object.keys(spoilt)].map((id) => good(id)),
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
  embedded = await startEmbeddedStack({
    catalogue,
    templates: await templatesOf(catalogue),
    judge: (request) =>
      spoilt[request.responseId] ?? { kind: 'text', text: verdictText(request, () => 1, words) },
    async between(endpoints) {
      dynamo = await startGarbler(endpoints.AWS_ENDPOINT_URL_DYNAMODB);
      const { port } = dynamo.address() as AddressInfo;
      return { ...endpoints, AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
    },
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
});

afterAll(async () => {
  for (const restore of unspy) restore();
  delete process.env.POWERTOOLS_DEV;
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  await embedded?.close();
  dynamo?.closeAllConnections();
  await new Promise((done) => dynamo?.close(done));
});

/** Lets the freshly loaded functions work on all that is visible, again and again until something has come about. */
async function drainUntil(what: string, isSo: () => boolean): Promise<void> {
  const [sampler, judge] = await Promise.all([
    import('#lambdas/sampler/handler.ts'),
    import('#lambdas/judge/handler.ts'),
  ]);
  const handlers = { sampler: sampler.handler, judge: judge.handler };
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const sources = embedded.stack.provisioned.eventSources.map(
    (mapping) =>
      new EventSource({
        sqs,
        mapping,
        handler: handlers[mapping.functionName as keyof typeof handlers],
        timeFactor: 1,
        sentAt: (wall) => wall,
        onError: (_, error) => thrown.push(String(error)),
      }),
  );
  await until(what, async () => {
    for (const source of sources) {
      await source.drain();
      await source.deleted();
    }
    for (const { queueUrl } of embedded.stack.provisioned.eventSources)
      await endWaits(embedded.aws.endpoints.AWS_ENDPOINT_URL_SQS, queueUrl);
    return isSo();
  });
  await Promise.all(sources.map((source) => source.stop()));
  sqs.destroy();
}

async function sendToJudge(body: string): Promise<void> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const QueueUrl = queueUrlOf(embedded.stack.provisioned, 'JudgeQueue');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  sqs.destroy();
}

const asked = (id: string) => embedded.judge.asked().get(id) ?? 0;

/** What the functions let out: logs, what they threw (Lambda logs that), metrics and events. */
function letOut(): string {
  return JSON.stringify({
    output,
    thrown,
    metrics: embedded.aws.cloudwatch.metrics.snapshot().map(({ name, dimensions }) => ({ name, dimensions })),
    events: embedded.aws.events.events(),
  });
}

describe('nothing of a text comes out in logs, metrics or events', () => {
  it('of sampler and judge', async () => {
    await embedded.stack.send(
      records().map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
    );
    await sendToJudge(words);
    await sendToJudge(JSON.stringify({ responseId: words, texts: { request: { [canary]: words } } }));
    await drainUntil('what fails has been tried again', () => asked('overloaded') >= 3);
    const askedOf = new Set(embedded.judge.asked().keys());
    const good = ['good', 'bad-messages', 'bad-context', 'bad-attempts'];
    expect(askedOf).toEqual(new Set([...Object.keys(spoilt), ...good]));
    // The word did pass by, and something was logged on the way.
    expect(output.join('\n')).toContain('judgements failed unexpectedly');
    expect(letOut()).not.toContain(canary);
  });

  it('of a judge that is blocked', async () => {
    embedded.judge.use(() => failure(401));
    await embedded.stack.send([
      JSON.stringify(responseRecord('blocked', start, { response: { content: words } })),
    ]);
    await drainUntil('the judge was asked', () => asked('blocked') > 0);
    expect(asked('blocked')).toBe(1);
    expect(letOut()).not.toContain(canary);
  });

  it('of the ratings function', async () => {
    const { uploadRatingFile } = await import('#local/stack/upload-rating-file.ts');
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

  it('of the evaluator, whose alarms the bad verdicts raise', async () => {
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
    await embedded.stack.send(many);
    await drainUntil('all is handled', () => true);
    await handler({ time: new Date(start).toISOString() });
    await handler({ time: new Date(start + minute).toISOString() });
    await handler({ time: words }).catch((error: unknown) => thrown.push(String(error)));
    expect(thrown.length).toBeGreaterThan(0);
    expect(embedded.aws.events.events().length).toBeGreaterThan(0);
    expect(letOut()).not.toContain(canary);
  });
});
