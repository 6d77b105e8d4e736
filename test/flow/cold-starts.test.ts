import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putAll } from '#adapters/dynamodb/batch-calls.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { countKey } from '#core/series/keys.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, hour, hourKey, minute } from '#core/time.ts';
import type { StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { incrementsOf } from '#test/support/counted-records.ts';
import { type EvaluatorWorld, makeEvaluatorWorld } from '#test/support/evaluator-world.ts';
import { healthyRecord } from '#test/support/records.ts';
import { catalogueOf } from '#test/support/shipped.ts';

/**
 * An evaluator that starts anew each day finds what one finds that never does. Longer with
 * `ASSAY_COLD_DAYS=182 ASSAY_COLD_SURFACES=20 npx vitest run test/flow/cold-starts.test.ts`, or in parts side by side, of
 * which `ASSAY_COLD_FIRST=5 ASSAY_COLD_SURFACES=5` is the second of four.
 */

const days = Number(process.env.ASSAY_COLD_DAYS ?? 6);
const surfaces = Array.from(
  { length: Number(process.env.ASSAY_COLD_SURFACES ?? 2) },
  (_, index) => `s${Number(process.env.ASSAY_COLD_FIRST ?? 0) + index}`,
);
const start = Date.parse('2026-05-01T00:00:00Z');
const step = 4 * hour;

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let catalogue: Catalogue;

beforeAll(async () => {
  aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  // Half a year in one process: what it waits for is the machine, and no fault.
  dynamo = new DynamoDBClient({ requestHandler: { requestTimeout: 0, socketTimeout: 0 } });
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

/**
 * Counters of the hours before a tick, as the sampler leaves them: now and then an afternoon in which much is late, dear
 * or refused.
 */
function traffic(at: number): Record<string, unknown>[] {
  return surfaces.flatMap((surface) => {
    const random = createRandom(`${surface} ${at}`);
    const bad = random.chance(0.1) ? 0.5 : 0.02;
    const hours = Array.from({ length: step / hour }, (_, index) => at - 5 * minute - index * hour);
    return hours.map((begun) => {
      const count = 80 + random.integer(80);
      const failed = random.binomial(count, bad);
      const slice = random.chance(0.5) ? 'c:eu' : 'c:us';
      const sums = new Map<string, number>();
      for (const [record, copies] of [
        [recordsOf(surface).good, count - failed],
        [recordsOf(surface).late, failed],
      ] as const)
        for (const [name, by] of record) sums.set(name, (sums.get(name) ?? 0) + copies * by);
      return { ...countKey(surface, begun, slice), ...Object.fromEntries(sums) };
    });
  });
}

/** What one record of each kind adds to its counters. */
const recordsOf = remember((surface) => {
  const late = {
    timing: { ttftMs: 9_000, totalMs: 9_500 },
    usage: { costUsd: 0.2 },
    response: { content: 'No.', refused: true },
  };
  const of = surfaceOf(catalogue, surface);
  return {
    good: incrementsOf(of, [healthyRecord('good', start, { surface, usage: { costUsd: 0.01 } })]),
    late: incrementsOf(of, [healthyRecord('late', start, { surface, ...late })]),
  };
});

function remember<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

async function send({ tables, counters }: EvaluatorWorld, at: number): Promise<void> {
  await putAll(dynamo, tables.series, traffic(at));
  const hours = [1, 2, 3, 4].map((back) => hourKey(at - back * hour + minute));
  await counters.markDirty(
    surfaces.flatMap((surface) => hours.map((key) => ({ of: 'counts' as const, surface, hour: key }))),
    `${at}`,
  );
}

describe('an evaluator that starts anew each day', () => {
  it('announces what one announces that never does', async () => {
    const [warm, cold] = await Promise.all(
      ['warm', 'cold'].map((name) => makeEvaluatorWorld(dynamo, catalogue, name)),
    );
    if (warm === undefined || cold === undefined) throw new Error('no worlds');
    const kept = warm.make();
    let fresh = cold.make();
    for (let at = start + step; at <= start + days * day; at += step) {
      if ((at - start) % day === 16 * hour) fresh = cold.make();
      await Promise.all([send(warm, at), send(cold, at)]);
      await Promise.all([kept.tick(at), fresh.tick(at)]);
    }
    expect([...warm.warnings, ...cold.warnings]).toEqual([]);
    if (days > 100) console.log(`${warm.announced.length} announcements of ${surfaces.length} surfaces`);
    expect(warm.announced.length).toBeGreaterThan(2);
    expect(cold.announced).toEqual(warm.announced);
  });

  it('measures on where an alarm has stood for so long that its baseline is no longer held', async () => {
    const [surface = 's0'] = surfaces;
    const stands = await makeEvaluatorWorld(dynamo, catalogue, 'stands');
    const { good, late } = recordsOf(surface);
    const send = async (record: ReadonlyMap<string, number>, at: number) => {
      const sums = Object.fromEntries([...record].map(([name, by]) => [name, 300 * by]));
      await putAll(dynamo, stands.tables.series, [{ ...countKey(surface, at, 'c:eu'), ...sums }]);
      await stands.counters.markDirty([{ of: 'counts', surface, hour: hourKey(at) }], `${at}`);
    };
    const read = async () => {
      const states = readStates(await stands.series.readControl()) as Record<string, StoredSurface>;
      const stored = states[surface]?.['cost-outliers'];
      return { measured: stored?.reading.measured, total: stored?.reading.raw.total, median: stored?.median };
    };
    let raised: Awaited<ReturnType<typeof read>> | undefined;
    for (let since = 1; since <= 76; since += since < 12 ? 1 : 4) {
      const at = start + since * day;
      // Usual days, and then dear ones without end.
      await send(since <= 10 ? good : late, at - 30 * minute);
      await stands.make().tick(at);
      // Without a median nothing is over it.
      if (since === 1) expect(await read()).toMatchObject({ measured: false, total: 0 });
      if (since === 8) expect(stands.announced).toEqual([]);
      if (since === 16) raised = await read();
    }
    expect(raised?.measured).toBe(true);
    expect(await read()).toEqual(raised);
  });
});
