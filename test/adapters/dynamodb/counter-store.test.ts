import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromItem, toItem } from '#adapters/dynamodb/client.ts';
import {
  type CounterStore,
  countersOf,
  createCounterStore,
  maxColumnsPerUpdate,
} from '#adapters/dynamodb/counter-store.ts';
import { createNameStore } from '#adapters/dynamodb/name-store.ts';
import type { Increments } from '#core/series/count-record.ts';
import { type nameKinds, namesKey } from '#core/series/counted-names.ts';
import { countKey, type ItemKey } from '#core/series/keys.ts';
import { type AwsCall, type AwsProxy, throttled } from '../../support/aws-proxy.ts';
import { type ProxiedTables, startTables } from '../../support/tables.ts';

const table = 'series';
const now = Date.parse('2026-11-10T12:00:00Z');

let tables: ProxiedTables;
let proxy: AwsProxy;
let dynamo: DynamoDBClient;
let counters: CounterStore;

beforeAll(async () => {
  tables = await startTables([table]);
  ({ dynamo, proxy } = tables);
  counters = createCounterStore(dynamo, table);
});

afterAll(() => tables?.close());

/** The longest names that columns can have, 600 bytes each, and bins before what SLOs are counted in. */
function columns(count: number): Increments {
  const bins = Array.from({ length: count - 2 }, (_, index) => [`h:${index}`.padEnd(200, '語'), 1] as const);
  return new Map([...bins, ['n', 5], ['t:slo', 5]]);
}

const freshKey = (): ItemKey => countKey(`surface-${randomUUID()}`, now, 'c:-');

async function read(key: ItemKey): Promise<Record<string, unknown>> {
  const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: table, Key: toItem({ ...key }) }));
  return fromItem(Item);
}

/** Fails updates from the one that begins at a number on, so many times. */
function fail(from: number, times: number): void {
  let seen = 0;
  let failed = 0;
  proxy.meddle(({ operation }: AwsCall) => {
    if (operation !== 'UpdateItem') return undefined;
    seen += 1;
    if (seen < from || failed >= times) return undefined;
    failed += 1;
    return throttled;
  });
}

describe('counters of one item', () => {
  it('of as many columns as one update takes are within its limits', async () => {
    const key = freshKey();
    proxy.answered.splice(0);
    fail(1, 0);
    await counters.add(key, now, columns(maxColumnsPerUpdate));
    const [update, ...more] = proxy.answered.filter(({ operation }) => operation === 'UpdateItem');
    expect(more).toEqual([]);
    const { UpdateExpression, ExpressionAttributeNames } = update?.body ?? {};
    expect(Buffer.byteLength(String(UpdateExpression))).toBeLessThan(4_096);
    const names = Object.values(ExpressionAttributeNames as Record<string, string>);
    expect(names.length).toBeLessThan(300);
    expect(names.reduce((sum, name) => sum + Buffer.byteLength(name), 0)).toBeLessThan(2 ** 21);
    expect(Object.keys(await read(key))).toHaveLength(maxColumnsPerUpdate + 4);
  });

  it('of more are refused as a whole', async () => {
    const key = freshKey();
    await expect(counters.add(key, now, columns(maxColumnsPerUpdate + 1))).rejects.toThrow(
      'wanted at most 290 columns to add to, got 291',
    );
    expect(await read(key)).toEqual({});
  });

  it('none count where the update fails', async () => {
    const key = freshKey();
    fail(1, 100);
    await expect(counters.add(key, now, columns(200))).rejects.toThrow('made to fail');
    fail(1, 0);
    expect(await read(key)).toEqual({});
  });

  it('count once where only the answer is lost, and again where they are added again', async () => {
    const key = freshKey();
    let lost = 0;
    proxy.meddle(({ operation }) => {
      if (operation !== 'UpdateItem') return undefined;
      lost += 1;
      return lost <= 2 ? { kind: 'answer-lost' } : undefined;
    });
    await counters.add(key, now, columns(10));
    expect(lost).toBe(3);
    expect(countersOf(await read(key))).toEqual(Object.fromEntries(columns(10)));
    await counters.add(key, now, columns(10));
    expect((await read(key)).n).toBe(10);
  });

  it('go to the spare item where their own was full before names were bounded', async () => {
    const key = freshKey();
    const spare = { ...key, sk: '00#c:other' };
    const old = Object.fromEntries(
      Array.from({ length: 1_700 }, (_, index) => [`pt:${index}-`.padEnd(238, 'x'), 1]),
    );
    await dynamo.send(new PutItemCommand({ TableName: table, Item: toItem({ ...key, ...old }) }));
    await counters.add(key, now, columns(290), spare);
    expect(await read(spare)).toMatchObject({ n: 5 });
    expect(Object.keys(await read(key))).toHaveLength(1_702);
  });
});

describe("names of a surface's day", () => {
  const caps = { provider: 4, cohort: 3, release: 2 };
  const names = (sets: Partial<Record<(typeof nameKinds)[number], readonly string[]>>) => ({
    provider: new Set(sets.provider),
    cohort: new Set(sets.cohort),
    release: new Set(sets.release),
  });

  it('are claimed by one write, up to the cap, the most wanted first', async () => {
    fail(1, 0);
    const store = createNameStore(dynamo, table);
    proxy.answered.splice(0);
    const wanted = names({ cohort: ['c:eu', 'c:us', 'c:a', 'c:b'], provider: ['p'] });
    const first = await store.claim('names', now, wanted, caps);
    expect(first).toEqual(names({ cohort: ['c:eu', 'c:us', 'c:a'], provider: ['p'] }));
    expect(proxy.answered).toHaveLength(1);
    const again = await store.claim('names', now, names({ cohort: ['c:us', 'c:b'], provider: ['q'] }), caps);
    expect(again).toEqual(names({ cohort: ['c:eu', 'c:us', 'c:a'], provider: ['p', 'q'] }));
    expect(await read(namesKey('names', now))).toHaveProperty('expiresAt');
  });

  it('never outgrow the cap, however many instances claim at once, and each knows what stands', async () => {
    const stores = Array.from({ length: 8 }, () => createNameStore(dynamo, table));
    const answers = await Promise.all(
      stores.map((store, index) =>
        store.claim('raced', now, names({ provider: [`a-${index}`, `b-${index}`, 'shared'] }), caps),
      ),
    );
    const item = await read(namesKey('raced', now));
    const stored = item.provider as Set<string>;
    expect(stored.size).toBe(4);
    for (const { provider } of answers) expect([...provider].filter((name) => !stored.has(name))).toEqual([]);
  });
});
