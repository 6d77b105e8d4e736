import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { publish } from '#adapters/cloudwatch/publish-metrics.ts';
import { metricNamespace } from '#core/names.ts';
import { wholeShare } from '#core/share.ts';
import { hour, minute } from '#core/time.ts';
import { Evaluator } from '#lambdas/slo-evaluator/evaluate-tick.ts';
import { createEvaluatorStores } from '#lambdas/slo-evaluator/evaluator-stores.ts';
import { roomOf } from '#lambdas/slo-evaluator/memory/surface-turns.ts';
import { startServers } from '#local/servers/servers.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { createTables } from '#test/support/tables.ts';
import type { BenchRow } from './bench-row.ts';
import { CallCounter } from './evaluator/call-counter.ts';
import { makeCatalogue, sendMinute, storeDays, tables } from './evaluator/stored-surfaces.ts';

/**
 * What an evaluation costs: time, memory and calls of a tick of 1,000 SLO-and-surface pairs, cold (everything is read
 * back) and warm (only what changed). The real evaluator and SDK clients against the embedded servers, which run in a
 * process of their own; calls are counted where the SDK sends them.
 */

const now = Date.UTC(2026, 5, 10, 12);

/** Runs the bench with `days` of history; windows and baselines look back on 62, of which memory and cold start grow. */
export async function measureEvaluator({ surfaces = 100, days = 2, ticks = 5 } = {}): Promise<BenchRow[]> {
  const servers = await startServers({ timeFactor: 1, judge: { kind: 'simulated' } });
  const rows: BenchRow[] = [];
  try {
    useEnvironment(servers.endpoints, {});
    const catalogue = await makeCatalogue(surfaces);
    const pairs = catalogue.surfaces.slice(0, -1).reduce((sum, { slos }) => sum + slos.length, 0);
    const row = (name: string, value: number, unit: string, how: string) =>
      rows.push({
        name,
        value: Number(value.toPrecision(4)),
        unit,
        how: `${how}; ${pairs} SLO-and-surface pairs, ${days} days stored`,
      });
    const seeding = new DynamoDBClient({});
    await createTables(seeding, Object.values(tables));
    const stored = await storeDays(seeding, catalogue, days, now);
    row(
      'roll-ups stored',
      stored.bytes / 1e6,
      'MB',
      `${stored.items} packed days of 4 slices a surface (all, two cohorts, a release)`,
    );
    const dynamo = new DynamoDBClient({});
    const cloudwatch = new CloudWatchClient({});
    const calls = new CallCounter([dynamo, cloudwatch]);
    let states = { plain: 0, packed: 0 };
    let points = 0;
    const evaluator = () => {
      const stores = createEvaluatorStores(dynamo, tables, catalogue, async (messages) =>
        messages.map(() => true),
      );
      return new Evaluator({
        ...stores,
        store: {
          ...stores.store,
          writeSurface: async (surface, at, content) => {
            const text = JSON.stringify(content);
            const packed = deflateRawSync(text).length;
            if (packed > states.packed) states = { plain: Buffer.byteLength(text), packed };
            return stores.store.writeSurface(surface, at, content);
          },
        },
        notify: async () => undefined,
        stage: 'bench',
        publish: async (all) => {
          points = all.length;
          await publish(cloudwatch, metricNamespace('bench'), all);
        },
        announce: async (transitions) => new Set(transitions.map(({ id }) => id)),
        warn: () => undefined,
        writer: `bench-${Math.random()}`,
        share: wholeShare,
        roomBytes: roomOf(1_769),
      });
    };
    const report = (kind: string, ms: number) => {
      row(`${kind} tick, time`, ms, 'ms', 'wall clock of Evaluator.tick, servers on the same machine');
      row(
        `${kind} tick, DynamoDB reads`,
        calls.count('Query', 'GetItem', 'BatchGetItem'),
        'calls',
        `${calls.describe()}; ${calls.readUnits} read units`,
      );
      row(
        `${kind} tick, DynamoDB writes`,
        calls.count('PutItem', 'DeleteItem', 'UpdateItem', 'BatchWriteItem'),
        'calls',
        `${calls.writeUnits} write units`,
      );
      row(
        `${kind} tick, CloudWatch calls`,
        calls.count('PutMetricData'),
        'calls',
        `${points} gauges, at most 1,000 a call`,
      );
    };
    await sendMinute(seeding, catalogue, now);
    global.gc?.();
    const before = process.memoryUsage();
    const instance = evaluator();
    let started = performance.now();
    await instance.tick(now + minute);
    report('cold', performance.now() - started);
    row(
      'state of a surface',
      states.packed / 1e3,
      'kB',
      `the largest item that a tick writes of a surface, of which DynamoDB takes 400 kB; ${Math.round(states.plain / 1e3)} kB unpacked`,
    );
    const times: number[] = [];
    for (let index = 2; index < 2 + ticks; index += 1) {
      await sendMinute(seeding, catalogue, now + (index - 1) * minute);
      calls.reset();
      started = performance.now();
      await instance.tick(now + index * minute);
      times.push(performance.now() - started);
    }
    report('warm', times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0);
    // The first tick after an hour's end stores its days and takes the marks away.
    calls.reset();
    started = performance.now();
    await instance.tick(now + hour + minute);
    report("hour's end", performance.now() - started);
    global.gc?.();
    const after = process.memoryUsage();
    const held = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    row(
      'memory of the evaluator',
      held / 1e6,
      'MB',
      'heap and array buffers that one instance holds after the ticks; the function has 1,769 MB',
    );
    row(
      'memory of a stored day',
      held / 1e6 / days,
      'MB',
      'the same by the days that were stored; windows and baselines look back on 62',
    );
    row('memory of the process', after.rss / 1e6, 'MB', 'resident set at the end, the bench itself included');
    for (const client of [seeding, dynamo, cloudwatch]) client.destroy();
    return rows;
  } finally {
    await servers.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [surfaces = 100, days = 2] = process.argv.slice(2).map(Number);
  for (const each of await measureEvaluator({ surfaces, days }))
    console.log(
      `${each.name.padEnd(34)} ${String(each.value).padStart(9)} ${each.unit.padEnd(6)} ${each.how}`,
    );
}
