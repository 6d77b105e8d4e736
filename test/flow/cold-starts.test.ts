import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { countKey } from '#core/series/keys.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, hour, hourKey, minute } from '#core/time.ts';
import { Evaluator } from '#lambdas/slo-evaluator/evaluate-tick.ts';
import { createEvaluatorStores } from '#lambdas/slo-evaluator/evaluator-stores.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-stack.ts';
import { incrementsOf } from '#test/support/counted-records.ts';
import { healthyRecord } from '#test/support/records.ts';
import { catalogueOf } from '#test/support/shipped.ts';
import { createTables } from '#test/support/tables.ts';

/**
 * An evaluator that starts anew each day finds what one finds that never does. Longer with
 * `ASSAY_COLD_DAYS=180 ASSAY_COLD_SURFACES=20 npx vitest run test/flow/cold-starts.test.ts`.
 */

const days = Number(process.env.ASSAY_COLD_DAYS ?? 8);
const surfaces = Array.from(
  { length: Number(process.env.ASSAY_COLD_SURFACES ?? 2) },
  (_, index) => `s${index}`,
);
const start = Date.parse('2026-05-01T00:00:00Z');
const step = 4 * hour;

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let catalogue: Catalogue;

beforeAll(async () => {
  aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  dynamo = createDynamo();
  catalogue = await catalogueOf(
    surfaces.map((surface) => ({
      surface,
      slos: { 'first-token': 'on', availability: 'on', refusals: 'on', 'cost-outliers': 'on' },
    })),
  );
});

afterAll(async () => {
  dynamo.destroy();
  await aws.close();
});

/** An evaluator of tables of its own, and what it announced. */
async function world(name: string) {
  const tables = { series: `${name}-series`, judgements: `${name}-judgements`, ratings: `${name}-ratings` };
  await createTables(dynamo, Object.values(tables));
  const announced: string[] = [];
  const make = () =>
    new Evaluator({
      ...createEvaluatorStores(dynamo, tables, catalogue, async (messages) => messages.map(() => true)),
      stage: 'test',
      publish: async () => undefined,
      announce: async (transitions) => {
        for (const { id, reason } of transitions) announced.push(`${id} ${reason}`);
        return new Set(transitions.map(({ id }) => id));
      },
      notify: async () => undefined,
      warn: (message) => announced.push(message),
      writer: `${name}-${Math.random()}`,
    });
  return { counters: createCounterStore(dynamo, tables.series), make, announced };
}

/** Traffic of a surface in the hours before a tick: now and then an afternoon in which much is late, dear or refused. */
async function send({ counters }: Awaited<ReturnType<typeof world>>, at: number): Promise<void> {
  for (const surface of surfaces) {
    const random = createRandom(`${surface} ${at}`);
    const bad = random.chance(0.1) ? 0.5 : 0.02;
    const good = healthyRecord('good', at, { surface, usage: { costUsd: 0.01 } });
    const late = healthyRecord('late', at, {
      surface,
      timing: { ttftMs: 9_000, totalMs: 9_500 },
      usage: { costUsd: 0.2 },
      response: { content: 'No.', refused: true },
    });
    for (let back = 5 * minute; back <= step; back += hour) {
      const count = 80 + random.integer(80);
      const failed = random.binomial(count, bad);
      for (const [record, copies] of [
        [good, count - failed],
        [late, failed],
      ] as const)
        if (copies > 0)
          await counters.add(
            countKey(surface, at - back, random.chance(0.5) ? 'c:eu' : 'c:us'),
            at - back,
            incrementsOf(surfaceOf(catalogue, surface), [record], copies),
          );
    }
    const hours = new Set([1, 2, 3, 4].map((back) => hourKey(at - back * hour + minute)));
    await counters.markDirty(
      [...hours].map((key) => ({ of: 'counts' as const, surface, hour: key })),
      `${at}`,
    );
  }
}

describe('an evaluator that starts anew each day', () => {
  it('announces what one announces that never does', async () => {
    const [warm, cold] = await Promise.all([world('warm'), world('cold')]);
    const kept = warm.make();
    let fresh = cold.make();
    for (let at = start + step; at <= start + days * day; at += step) {
      if ((at - start) % day === 16 * hour) fresh = cold.make();
      await Promise.all([send(warm, at), send(cold, at)]);
      await Promise.all([kept.tick(at), fresh.tick(at)]);
    }
    expect(warm.announced.length).toBeGreaterThan(2);
    expect(cold.announced).toEqual(warm.announced);
  });
});
