import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { fromItem, toItem } from '#adapters/dynamodb/client.ts';
import { readSpending } from '#adapters/dynamodb/spending-store.ts';
import { required } from '#adapters/environment.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { type JudgeTask, judgeFingerprint, judgementKey } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { circuitKey } from '#core/series/control.ts';
import { type JudgeReply, startJudgeServer, verdictText } from '#local/judges/judge-server.ts';
import { startServers } from '#local/servers/servers.ts';
import { createContext } from '#local/stack/lambda-context.ts';
import { LocalStack } from '#local/stack/local-stack.ts';
import { ownCatalogue } from '../flow/bench-stack.ts';
import { helpsRubric } from './helps-rubric.ts';

/** What is seen of a judge is by its model, so each trial has one of its own. More trials start another world. */
export const mostTrials = 2_000;

/** The text of which the judge's server answers as the case says; of all others it answers well. */
export const triedId = 'tried';

/** How things stand after the judge has handled a message. */
export interface Standing {
  readonly state: string | undefined;
  readonly score: number | undefined;
  readonly reason: string | undefined;
  readonly isBlocked: boolean;
  /** US dollars of the day, all trials together. */
  readonly spentUsd: number;
  /** Calls about the tried text, all trials together. */
  readonly asked: number;
}

export interface JudgeWorld {
  /** A rubric with a judge model that nobody has asked yet. */
  nextRubric(): Rubric | undefined;
  /** What the judge's server answers about the tried text from here on. */
  answer(reply: JudgeReply): void;
  /** Hands the judge a message about a text of a rubric. */
  handle(rubric: Rubric, responseId: string): Promise<Standing>;
  close(): Promise<void>;
}

export const triedTexts: JudgeTask['texts'] = {
  request: { messages: [{ role: 'user', content: 'How do I do it?' }] },
  response: { content: 'Like this.' },
};

/** The deployed judge on embedded servers, and a judge's server on loopback. */
export async function startJudgeWorld(): Promise<JudgeWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-cases-'));
  const rubrics = Array.from({ length: mostTrials }, (_, index) => helpsRubric(`helps-${index}`));
  const own = await ownCatalogue();
  let reply: JudgeReply = { kind: 'text', text: '' };
  const judge = await startJudgeServer((request) =>
    request.responseId === triedId
      ? reply
      : { kind: 'text', text: verdictText(request, () => 4, 'It does.') },
  );
  const servers = await startServers({ timeFactor: 1, judge: { kind: 'simulated' } });
  const stack = await LocalStack.start({
    endpoints: servers.endpoints,
    judgeUrl: judge.url,
    judgeKey: () => 'a-key',
    templates: { ...synthesizeTemplate(own, 'cases'), nested: [] },
    catalogue: { ...own, rubrics, spendingCapUsdPerDay: 1_000 },
    catalogueFile: join(folder, 'catalogue.json'),
    timeFactor: 1,
    onError: (name, error) => console.error(name, error),
  });
  const { handler } = await import('#lambdas/judge/handler.ts');
  const client = new DynamoDBClient({});
  const at = Date.now();
  const read = async (TableName: string, key: object) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: toItem({ ...key }) }));
    return Item === undefined ? {} : fromItem(Item);
  };
  let used = 0;
  return {
    nextRubric: () => rubrics[used++],
    answer: (next) => {
      reply = next;
    },
    async handle(rubric, responseId) {
      const task = taskOf(rubric, responseId, at);
      await handler({ Records: [messageOf(task, at)] }, createContext('judge', Date.now() + 30_000));
      const [item, circuit, spending] = await Promise.all([
        read(required(env.judgementTable), judgementKey(task)),
        read(required(env.seriesTable), circuitKey(rubric.judge.model)),
        readSpending(client, required(env.seriesTable)),
      ]);
      return {
        state: item.state as string | undefined,
        score: item.score as number | undefined,
        reason: item.reason as string | undefined,
        isBlocked: circuit.reason !== undefined,
        spentUsd: [...spending.values()].reduce((sum, { spentUsd }) => sum + spentUsd, 0),
        asked: judge.asked().get(triedId) ?? 0,
      };
    },
    async close() {
      client.destroy();
      await stack.stop();
      await Promise.all([judge.close(), servers.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function taskOf(rubric: Rubric, responseId: string, at: number): JudgeTask {
  return {
    responseId,
    at: new Date(at).toISOString(),
    surface: 'default',
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
    repeat: 0,
    probability: 1,
    redrive: 0,
    texts: triedTexts,
  };
}

function messageOf(task: JudgeTask, at: number): SQSRecord {
  const messageId = `${task.rubric.id} ${task.responseId}`;
  return {
    messageId,
    // No queue knows it: what comes again is handed over again.
    receiptHandle: messageId,
    body: JSON.stringify(task),
    attributes: { SentTimestamp: String(at), ApproximateReceiveCount: '1' },
    messageAttributes: {},
  } as unknown as SQSRecord;
}
