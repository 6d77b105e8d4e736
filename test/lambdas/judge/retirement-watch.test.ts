import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJudgeLives } from '#adapters/dynamodb/judge-history.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { createJudgeClient } from '#adapters/openai/judge-client.ts';
import { readShutdownDate } from '#adapters/openai/shutdown-date.ts';
import { day } from '#core/time.ts';
import { RetirementWatch } from '#lambdas/judge/retirement-watch.ts';
import { testJudge } from '#test/support/judges.ts';
import { type ProxiedTables, startTables } from '#test/support/tables.ts';

const table = 'series';
const now = Date.parse('2026-11-01T10:00:00Z');

let tables: ProxiedTables;
let provider: Server;
let url: string;
const asked: string[] = [];
const warned: string[] = [];

/** OpenAI's answer about a model; of one that it does not know a 404. */
const models: Readonly<Record<string, unknown>> = {
  going: { id: 'going', object: 'model', shutdown_date: '2026-12-11' },
  staying: { id: 'staying', object: 'model', shutdown_date: null },
  odd: { id: 'odd', object: 'model', shutdown_date: 'soon' },
};

beforeAll(async () => {
  tables = await startTables([table]);
  provider = createServer((request, response) => {
    const model = String(request.url).split('/').at(-1) ?? '';
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.statusCode = model in models ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(models[model] ?? { error: { message: 'no such model' } }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
});

afterAll(async () => {
  provider.closeAllConnections();
  provider.close();
  await tables?.close();
});

function watch(): RetirementWatch {
  const client = createJudgeClient('sk-test', { url });
  return new RetirementWatch({
    judges: [...Object.keys(models), 'unknown']
      .map((model) => testJudge(model))
      .concat(
        {
          ...testJudge('elsewhere'),
          provider: 'compatible' as const,
        },
        { ...testJudge('through-a-gateway'), url: 'http://127.0.0.1:1/v1' },
      ),
    lives: createJudgeLives(tables.dynamo, table),
    readShutdown: ({ deployment }) => readShutdownDate(client, deployment),
    warn: (message, details) => void warned.push(`${message} ${JSON.stringify(details)}`),
  });
}

const shutdowns = async () => (await createSeriesStore(tables.dynamo, table).readControl()).shutdowns;

describe('the watch over what becomes of judges', () => {
  it('asks each provider that tells once a day, whatever the instances, and notes the day', async () => {
    const [one, other] = [watch(), watch()];
    await Promise.all([one.look(now), other.look(now), one.look(now + 1)]);
    expect(asked.toSorted()).toEqual(
      ['going', 'odd', 'staying', 'unknown'].map((model) => `GET /v1/models/${model} Bearer sk-test`),
    );
    expect(await shutdowns()).toEqual(new Map([['going', '2026-12-11']]));
    expect(warned).toEqual([expect.stringContaining('"judge":"unknown"')]);
    await one.look(now + day);
    expect(asked).toHaveLength(8);
  });

  it('takes a day back that the provider takes back, and keeps it where it does not answer', async () => {
    const { going } = models;
    Object.assign(models, { going: { id: 'going', shutdown_date: null } });
    await watch().look(now + 2 * day);
    expect(await shutdowns()).toEqual(new Map());
    Object.assign(models, { going });
    await watch().look(now + 3 * day);
    provider.closeAllConnections();
    provider.close();
    await watch().look(now + 4 * day);
    expect(await shutdowns()).toEqual(new Map([['going', '2026-12-11']]));
  });
});
