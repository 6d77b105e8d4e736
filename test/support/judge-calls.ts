import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { askJudge, createJudgeClient } from '#adapters/openai/judge-client.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import { judgementName } from '#core/judging/judgement.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { type JudgeReply, type JudgeServer, startJudgeServer } from '#local/judges/judge-server.ts';
import { testRubric } from './catalogue.ts';
import { http } from './judge-replies.ts';
import { testJudge } from './judges.ts';

export const rubric = testRubric({
  judge: {
    model: 'judge-model',
    parameters: { reasoning_effort: 'low', seed: 7 },
    prices: { input: 1, cachedInput: 1, output: 1 },
    maxOutputTokens: 321,
  },
});
const asked = testJudge();

export const prompt = judgePrompt(
  rubric,
  { request: { messages: [{ role: 'user', content: 'Hi?' }] }, response: { content: 'Hello.' } },
  'n'.repeat(24),
);
export const name = judgementName({
  responseId: 'résp 1',
  at: '2026-11-03T09:00:00.000Z',
  surface: 'chat',
  rubric,
  fingerprint: '0'.repeat(12),
  repeat: 0,
});
export const verdict = JSON.stringify({ criteria: { helps: { reason: 'it does', score: 4 } } });

export const completion = (choice: object, rest: object = {}) =>
  http(200, {
    id: 'c',
    object: 'chat.completion',
    model: 'judge-model-2026-10',
    choices: [{ index: 0, finish_reason: 'stop', ...choice }],
    usage: { prompt_tokens: 900, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 800 } },
    ...rest,
  });
export const said = (content: unknown, rest: object = {}) =>
  completion({ message: { role: 'assistant', content, refusal: null }, ...rest });

export interface JudgeCalls {
  /** How often the judge server was asked about the response of these tests. */
  asked(): number;
  /** What comes of one call that the judge server answers so. */
  ask(reply: JudgeReply, timeoutMs?: number): Promise<JudgeAnswer>;
  /** What comes of one call to another address. */
  askAt(url: string, timeoutMs?: number): Promise<JudgeAnswer>;
  /** Address of a server on loopback that answers as told. */
  serve(listener: RequestListener): Promise<string>;
}

/** Starts the local judge server for a file of tests, and ends every server with them. */
export function useJudge(): JudgeCalls {
  let judge: JudgeServer;
  let others: Server[] = [];
  beforeAll(async () => {
    judge = await startJudgeServer(() => ({ kind: 'text', text: verdict }));
  });
  afterAll(() => judge.close());
  afterEach(() => {
    for (const server of others) {
      server.closeAllConnections();
      server.close();
    }
    others = [];
  });
  const askAt = (url: string, timeoutMs = 5_000) =>
    askJudge(createJudgeClient('sk-test', { url }), {
      rubric,
      judge: asked,
      tier: asked.tier,
      prompt,
      name,
      timeoutMs,
    });
  return {
    asked: () => judge.asked().get('résp 1') ?? 0,
    askAt,
    ask: (reply, timeoutMs) => {
      judge.use(() => reply);
      return askAt(judge.url, timeoutMs);
    },
    serve: async (listener) => {
      const server = createServer(listener);
      others.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    },
  };
}
