import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientOfJudge, createJudgeCaller } from '#adapters/judges/judge-caller.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import { answerJsonSchema } from '#core/rubric/answer-schema.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { usualPromptForm } from '#core/rubric/prompt-form.ts';
import { readBedrockToken, readSignature } from '#test/support/aws-signature.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';
import {
  converseAnswer,
  known,
  named,
  type Place,
  type ProviderServer,
  places,
  startProviderServer,
} from '#test/support/provider-server.ts';

const verdict = JSON.stringify({ criteria: { helps: { reason: 'it does', score: 4 } } });
let server: ProviderServer;
const keys = new Map<string, string>();
const readKey = async (entry: string) => ({ ok: true as const, key: keys.get(entry) ?? 'none' });
const caller = createJudgeCaller({ keyOf: readKey });

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', known.accessKey);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', known.secretKey);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  server = await startProviderServer(verdict);
});
afterEach(() => {
  vi.useRealTimers();
  server.answer();
  for (const place of ['openai', 'azure'] as const) keys.set(place, known[place]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const entries: Readonly<Record<Place, Readonly<Record<string, unknown>>>> = {
  openai: { provider: 'openai', authorisation: { secret: 'openai' } },
  azure: { provider: 'azure', deployment: 'judge-at-azure', authorisation: { secret: 'azure' } },
  bedrock: { provider: 'bedrock', region: known.region, deployment: 'openai.gpt-oss-120b-1:0' },
  converse: {
    provider: 'bedrock',
    region: known.region,
    api: 'converse',
    deployment: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
    dialect: { cachePoint: true },
  },
  plain: {
    provider: 'compatible',
    authorisation: 'none',
    dialect: { output: ['json-object', 'prompt'], tokenLimit: 'max_tokens', roles: ['user'] },
  },
};

async function ask(place: Place, { judged = {}, judge = {}, ms = 5_000 } = {}): Promise<JudgeAnswer> {
  keys.set('openai', keys.get('openai') ?? known.openai);
  keys.set('azure', keys.get('azure') ?? known.azure);
  const usual = testRubric();
  const form =
    place === 'plain' ? { output: 'json-object' as const, role: 'user' as const } : usualPromptForm;
  const rubric = { ...usual, judge: { ...usual.judge, form, ...judged } };
  const asked = testJudge('judge-model', { url: server.url(place), ...entries[place], ...judge });
  const prompt = judgePrompt(rubric, { response: { content: 'Hello.' } }, 'n'.repeat(24));
  const call = { rubric, judge: asked, tier: asked.tier, prompt, name: 'id%20of it', timeoutMs: ms };
  return caller(call);
}

const last = () => server.asked.at(-1);

describe('a judge at its place', () => {
  it.each(places)('answers at %s in its form, with the tokens that it bills', async (place) => {
    expect(await ask(place)).toEqual({
      kind: 'text',
      text: verdict,
      // Converse does not say who answered.
      model: place === 'converse' ? undefined : 'judge-model-2026-10',
      paid: {
        usage: { inputTokens: 900, cachedInputTokens: 700, outputTokens: 50, cacheWriteTokens: 100 },
        characters: verdict.length,
        tier: 'standard',
      },
    });
  });

  it("sends Azure's key in its own header, and the deployment's name", async () => {
    await ask('azure');
    expect(last()?.headers).toMatchObject({ 'api-key': known.azure });
    expect(last()?.sent).toMatchObject({ model: 'judge-at-azure' });
  });

  it('sends Bedrock a token that the role has signed for its region, the same for some minutes', async () => {
    await ask('bedrock');
    const first = last()?.headers.authorization;
    expect(readBedrockToken(first)).toEqual({
      accessKey: known.accessKey,
      region: known.region,
      service: 'bedrock',
      action: 'CallWithBearerToken',
      seconds: 3_600,
    });
    const tokenAfter = async (minutes: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
      await ask('bedrock');
      return last()?.headers.authorization;
    };
    expect(await tokenAfter(9)).toBe(first);
    expect(await tokenAfter(2)).not.toBe(first);
  });

  it('signs for Converse with the role, for its model alone', async () => {
    await ask('converse');
    const asked = last();
    if (asked === undefined) throw new Error('nothing came');
    expect(readSignature(asked, known.secretKey)).toEqual({
      accessKey: known.accessKey,
      region: known.region,
      service: 'bedrock',
      isTrue: true,
    });
    expect(readSignature({ ...asked, body: `${asked.body} ` }, known.secretKey)?.isTrue).toBe(false);
    expect(decodeURIComponent(asked.path)).toMatch(
      /\/model\/eu\.anthropic\.claude-haiku-4-5-20251001-v1:0\/converse$/,
    );
  });

  it('asks Converse in the form of the rubric, in the dialect of the judge', async () => {
    const parameters = { temperature: 0, top_p: 0.9, reasoning_effort: 'low', top_k: 5, stop: ['END'] };
    const prices = {
      asOf: '2026-11-28',
      standard: { input: 1, cachedInput: 1, output: 1 },
      flex: { input: 1, cachedInput: 1, output: 1 },
    };
    await ask('converse', { judged: { parameters }, judge: { prices, tier: 'flex' } });
    const usual = testRubric();
    const prompt = judgePrompt(usual, { response: { content: 'Hello.' } }, 'n'.repeat(24));
    expect(last()?.sent).toEqual({
      system: [{ text: prompt.system }, { cachePoint: { type: 'default' } }],
      messages: [{ role: 'user', content: [{ text: prompt.user }] }],
      inferenceConfig: {
        maxTokens: usual.judge.maxOutputTokens,
        temperature: 0,
        topP: 0.9,
        stopSequences: ['END'],
      },
      additionalModelRequestFields: { top_k: 5 },
      outputConfig: {
        effort: 'low',
        textFormat: {
          type: 'json_schema',
          structure: {
            jsonSchema: { name: 'verdict', schema: JSON.stringify(answerJsonSchema(usual)) },
          },
        },
      },
      serviceTier: { type: 'flex' },
      requestMetadata: { judgement: 'id_20of_it' },
    });
    await ask('converse', { judged: { form: { output: 'prompt', role: 'user' } }, judge: { dialect: {} } });
    expect(last()?.sent).not.toHaveProperty('outputConfig');
    expect(last()?.sent).not.toHaveProperty('system');
    expect(last()?.sent).toMatchObject({ messages: [{ role: 'user', content: [{}, {}] }] });
  });
});

describe('a client of a judge', () => {
  it("sends its key to that judge's place and to no other", () => {
    const at = (entry: Readonly<Record<string, unknown>>) =>
      clientOfJudge(testJudge('judge-model', { authorisation: { secret: 'one' }, ...entry }), 'key').baseUrl;
    expect(at({})).toBe('https://api.openai.com/v1');
    expect(at({ provider: 'bedrock', region: known.region })).toBe(
      'https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1',
    );
    expect(at({ provider: 'azure', url: server.url('azure') })).toBe(server.url('azure'));
    vi.stubEnv('AWS_REGION', '');
    expect(() => at({ provider: 'bedrock' })).toThrow('region:');
    vi.stubEnv('AWS_REGION', 'us-east-1');
  });
});

describe('errors of each place', () => {
  it.each<[Place, string]>([
    ['openai', '401, invalid_api_key'],
    ['azure', '401'],
  ])('a key that %s does not take blocks', async (place, said) => {
    keys.set(place, 'another');
    const answer = await ask(place);
    expect(answer).toMatchObject({ kind: 'error', error: { kind: 'blocking' } });
    expect(JSON.stringify(answer)).toContain(said);
    expect(JSON.stringify(answer)).not.toContain('paid');
  });

  it('a token for another region blocks, and is not kept', async () => {
    const judge = { region: 'eu-west-1' };
    expect(await ask('bedrock', { judge })).toMatchObject({ error: { kind: 'blocking' } });
    const refused = last()?.headers.authorization;
    // Tokens of one second are the same.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
    await ask('bedrock', { judge });
    expect(last()?.headers.authorization).not.toBe(refused);
  });

  it('a signature for another region blocks', async () => {
    expect(await ask('converse', { judge: { region: 'eu-west-1' } })).toMatchObject({
      error: { kind: 'blocking', reason: expect.stringContaining('InvalidSignatureException') },
    });
  });

  it.each<[number, string, string]>([
    [429, 'ThrottlingException', 'retryable'],
    [403, 'AccessDeniedException', 'blocking'],
    [404, 'ResourceNotFoundException', 'blocking'],
    [408, 'ModelTimeoutException', 'retryable'],
    [424, 'ModelErrorException', 'retryable'],
    [429, 'ModelNotReadyException', 'retryable'],
    [500, 'InternalServerException', 'retryable'],
    [503, 'ServiceUnavailableException', 'retryable'],
    [403, 'ExpiredTokenException', 'blocking'],
  ])('%d %s of Converse and of its OpenAI form is %s, asked once', async (status, name, kind) => {
    server.answer(() => named(status, name));
    for (const place of ['converse', 'bedrock'] as const) {
      const before = server.asked.length;
      expect(await ask(place)).toMatchObject({
        kind: 'error',
        error: { kind, reason: expect.stringContaining(name) },
      });
      expect(server.asked.length).toBe(before + 1);
    }
  });

  it('a ValidationException is judged by its words: a text too long, else by history', async () => {
    const long = 'Input is too long for requested model.';
    server.answer(() => named(400, 'ValidationException', long));
    expect(await ask('converse')).toMatchObject({ error: { kind: 'item' } });
    server.answer(() => named(400, 'ValidationException', 'Something new.'));
    expect(await ask('converse')).toMatchObject({ error: { kind: 'unknown' } });
  });

  it.each<[object, string, string]>([
    [{ stopReason: 'guardrail_intervened' }, 'refused', 'guardrail'],
    [{ stopReason: 'content_filtered' }, 'refused', 'filter'],
    [{ stopReason: 'max_tokens' }, 'unreadable', 'token limit'],
    [{ stopReason: 'tool_use' }, 'unreadable', 'did not finish'],
    [{ stopReason: 'malformed_model_output' }, 'unreadable', 'did not finish'],
    [{ output: { message: { role: 'assistant', content: [] } } }, 'unreadable', 'nothing'],
  ])('an answer of Converse that says %o is %s, and paid', async (rest, kind, said) => {
    server.answer(() => ({ status: 200, body: converseAnswer(verdict, rest) }));
    expect(await ask('converse')).toMatchObject({
      kind,
      reason: expect.stringContaining(said),
      paid: { usage: { inputTokens: 900 }, tier: 'standard' },
    });
  });

  it('what a model thinks is paid and is no part of its answer', async () => {
    const content = [{ reasoningContent: { reasoningText: { text: 'Hm.' } } }, { text: verdict }];
    server.answer(() => ({
      status: 200,
      body: converseAnswer('', { output: { message: { content } }, serviceTier: { type: 'flex' } }),
    }));
    expect(await ask('converse')).toMatchObject({
      kind: 'text',
      text: verdict,
      paid: { characters: verdict.length + 3, tier: 'flex' },
    });
  });

  it.each<[string, string]>([
    ['a page', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['another API', '{"choices":[]}'],
    ['one thing twice', `{"stopReason":"end_turn",${JSON.stringify(converseAnswer(verdict)).slice(1)}`],
    ['tokens that cannot be', JSON.stringify(converseAnswer(verdict, { usage: { inputTokens: -1 } }))],
  ])('%s in the place of an answer of Converse is never trusted', async (_, body) => {
    server.answer(() => ({ status: 200, body }));
    expect(await ask('converse')).toMatchObject({ paid: { usage: undefined } });
  });

  it('silence ends in time, and may be billed', async () => {
    const silent = testJudge('judge-model', { ...entries.converse, url: 'http://127.0.0.1:9' });
    expect(await ask('converse', { judge: { url: silent.url } })).toMatchObject({
      kind: 'error',
      error: { kind: 'retryable', reason: expect.stringContaining('connection') },
    });
    for (const place of ['converse', 'bedrock'] as const)
      expect(await ask(place, { ms: 0 })).toMatchObject({
        error: { kind: 'retryable', reason: expect.stringContaining('in time') },
        paid: { usage: undefined },
      });
  });

  it('no region is said, and Bedrock is never asked anywhere else', async () => {
    vi.stubEnv('AWS_REGION', '');
    const before = server.asked.length;
    for (const place of ['converse', 'bedrock'] as const)
      expect(await ask(place, { judge: { region: undefined } })).toMatchObject({
        error: { kind: 'blocking', reason: expect.stringContaining('region:') },
      });
    vi.stubEnv('AWS_REGION', 'us-east-1');
    expect(server.asked.length).toBe(before);
  });
});
