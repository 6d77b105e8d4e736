import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { readStoredTexts } from '#adapters/dynamodb/judgement-texts.ts';
import { env } from '#core/names.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { testJudge } from '../support/judges.ts';
import {
  known,
  type Place,
  type ProviderServer,
  places,
  startProviderServer,
} from '../support/provider-server.ts';
import { responseRecord } from '../support/records.ts';
import { until } from '../support/until.ts';

const reason = 'It names the step, and the one after it.';
let flow: FlowStack;
let server: ProviderServer;

const entries: Readonly<Record<Place, Readonly<Record<string, unknown>>>> = {
  openai: { provider: 'openai', authorisation: { secret: 'openai' } },
  azure: { provider: 'azure', authorisation: { secret: 'azure' } },
  bedrock: { provider: 'bedrock', region: known.region },
  converse: { provider: 'bedrock', region: known.region, api: 'converse' },
  plain: {
    provider: 'compatible',
    authorisation: 'none',
    dialect: { output: ['json-object'], tokenLimit: 'max_tokens', roles: ['user'] },
  },
};

beforeAll(async () => {
  server = await startProviderServer(JSON.stringify({ criteria: { helps: { reason, score: 4 } } }));
  const rubrics = places.map((place) =>
    testRubric({
      id: `asks-${place}`,
      judge: {
        name: place,
        model: 'judge-model',
        ...(place === 'plain' && { form: { output: 'json-object', role: 'user' } }),
      },
    }),
  );
  const judges = places.map((place) => ({
    ...testJudge('judge-model', { url: server.url(place), ...entries[place] }),
    name: place,
  }));
  flow = await FlowStack.start({
    catalogue: testCatalogue({ rubrics, judges, surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
    judgeKey: (entry) => (entry === 'azure' ? known.azure : known.openai),
  });
  // Each judge at its own place, as deployed. Handlers read their environment with the first message.
  process.env[env.judgeUrl] = '';
});

afterAll(async () => {
  await flow?.close();
  await server?.close();
});

it("stores the same scores and reasons of one response, whichever provider's form its judge speaks", async () => {
  const id = 'one-response';
  await flow.send([responseRecord(id, Date.now())]);
  await flow.settle();
  const items = await until('each judge has answered', async () => {
    const found = (await flow.judgements()).get(id) ?? [];
    return found.length === places.length && found;
  });
  const stored = items.map((item) => ({
    state: item.state,
    score: item.score,
    costUsd: item.costUsd,
    said: item.reason,
  }));
  const tables = new DynamoDBClient({});
  const { Items = [] } = await tables.send(new ScanCommand({ TableName: process.env[env.judgementTable] }));
  const texts = Items.map(fromItem).filter(({ responseTextOf }) => responseTextOf === id);
  expect(texts.map((item) => readStoredTexts(item)?.reasons)).toEqual(places.map(() => ({ helps: reason })));
  expect(new Set(server.asked.map(({ place }) => place))).toEqual(new Set(places));
  expect(stored).toEqual(
    places.map(() => ({
      state: 'judged',
      score: 4,
      costUsd: stored[0]?.costUsd,
      said: undefined,
    })),
  );
  expect(stored[0]?.costUsd).toBeGreaterThan(0);
});
