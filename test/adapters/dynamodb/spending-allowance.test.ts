import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toItem } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { SpendingAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import { readSpending } from '#adapters/dynamodb/spending-store.ts';
import { day, dayKey, minute } from '#core/time.ts';
import { type AwsCall, type AwsProxy, throttled } from '#test/support/aws-proxy.ts';
import { type ProxiedTables, startTables } from '#test/support/tables.ts';

const table = 'series';
const callUsd = 0.0049;
const costUsd = 0.00075;

let tables: ProxiedTables;
let proxy: AwsProxy;
let dynamo: DynamoDBClient;
/** Each test has a day of its own. */
let today = Date.parse('2026-11-03T12:00:00Z');

beforeAll(async () => {
  tables = await startTables([table]);
  ({ dynamo, proxy } = tables);
});

afterEach(() => {
  proxy.meddle(() => undefined);
  today += 10 * day;
});

afterAll(() => tables?.close());

const open = (capUsd: number, calls: number, now?: () => number) =>
  new SpendingAllowance(dynamo, table, capUsd, now).openBatch(calls);

const noted = async () => (await readSpending(dynamo, table)).get(dayKey(today));

/** The writes that a piece of work makes. */
async function writesOf(work: () => Promise<void>): Promise<AwsCall[]> {
  const before = proxy.answered.length;
  await work();
  return proxy.answered.slice(before).filter(({ operation }) => operation === 'UpdateItem');
}

const isDraw = ({ body }: AwsCall) => body.ConditionExpression !== undefined;

describe('what of the spending judged more than the usual sample', () => {
  it('is noted beside it, by weight, in the writes that are made anyway', async () => {
    const batch = open(25, 4);
    for (const zoom of [10, 10, undefined, 2]) {
      await batch.reserve(today, callUsd);
      batch.settle(today, callUsd, costUsd, zoom);
    }
    expect(await writesOf(() => batch.close())).toHaveLength(1);
    const spending = await noted();
    expect(spending?.spentUsd).toBeCloseTo(4 * costUsd, 9);
    expect(spending?.zoomedUsd).toBeCloseTo((0.9 + 0.9 + 0.5) * costUsd, 9);
  });

  it('is noted too where a draw was spent to the cent, and not at all where nothing was zoomed', async () => {
    const exact = open(25, 1);
    await exact.reserve(today, callUsd);
    exact.settle(today, callUsd, callUsd, 10);
    await exact.close();
    expect((await noted())?.zoomedUsd).toBeCloseTo(0.9 * callUsd, 9);
    today += day;
    const plain = open(25, 1);
    await plain.reserve(today, callUsd);
    plain.settle(today, callUsd, costUsd);
    await plain.close();
    expect(await noted()).not.toHaveProperty('zoomedUsd');
  });
});

describe('the spending that is noted', () => {
  it('is what calls cost, in 205 instances that each handle one message', async () => {
    let judged = 0;
    for (let instance = 0; instance < 205; instance += 1) {
      const batch = open(25, 1);
      if (!(await batch.reserve(today, callUsd))) continue;
      judged += 1;
      batch.settle(today, callUsd, costUsd);
      await batch.close();
    }
    expect(judged).toBe(205);
    const spentUsd = (await noted())?.spentUsd ?? 0;
    expect(spentUsd).toBeGreaterThanOrEqual(205 * costUsd - 1e-9);
    expect(spentUsd).toBeLessThan(205 * costUsd * 1.1);
  });

  it('takes two writes of a batch of ten', async () => {
    const writes = await writesOf(async () => {
      const batch = open(25, 10);
      await Promise.all(Array.from({ length: 10 }, () => batch.reserve(today, callUsd)));
      for (let call = 0; call < 10; call += 1) batch.settle(today, callUsd, costUsd);
      await batch.close();
    });
    expect(writes).toHaveLength(2);
    expect((await noted())?.spentUsd).toBeCloseTo(10 * costUsd, 9);
  });

  it('is over the true cost by no more than a batch, where its instance is killed', async () => {
    const batch = open(25, 10);
    for (let call = 0; call < 4; call += 1) {
      await batch.reserve(today, callUsd);
      batch.settle(today, callUsd, costUsd);
      // The instance may be killed here, at each step.
      expect((await noted())?.spentUsd).toBeGreaterThanOrEqual((call + 1) * costUsd);
      expect((await noted())?.spentUsd).toBeLessThanOrEqual(10 * callUsd + 1e-9);
    }
  });

  it('grows by what a call cost beyond its reservation', async () => {
    const batch = open(25, 1);
    await batch.reserve(today, callUsd);
    batch.settle(today, callUsd, 2 * callUsd);
    await batch.close();
    expect((await noted())?.spentUsd).toBeCloseTo(2 * callUsd, 9);
  });

  it('is never under the true cost where the answer to giving back is lost: it is not given back twice', async () => {
    proxy.meddle((call) =>
      call.operation === 'UpdateItem' && !isDraw(call) ? { kind: 'answer-lost' } : undefined,
    );
    const batch = open(25, 10);
    await batch.reserve(today, callUsd);
    batch.settle(today, callUsd, costUsd);
    await expect(batch.close()).rejects.toThrow();
    expect((await noted())?.spentUsd).toBeCloseTo(costUsd, 9);
  });

  it('stays with the instance where giving back is refused, for its next batch to spend', async () => {
    const allowance = new SpendingAllowance(dynamo, table, 25);
    const first = allowance.openBatch(10);
    await first.reserve(today, callUsd);
    first.settle(today, callUsd, costUsd);
    proxy.meddle((call) => (call.operation === 'UpdateItem' ? throttled : undefined));
    await expect(first.close()).rejects.toThrow();
    proxy.meddle(() => undefined);
    const writes = await writesOf(async () => {
      const second = allowance.openBatch(1);
      expect(await second.reserve(today, callUsd)).toBe(true);
      second.settle(today, callUsd, costUsd);
      await second.close();
    });
    expect(writes.filter(isDraw)).toEqual([]);
    expect((await noted())?.spentUsd).toBeCloseTo(2 * costUsd, 9);
  });
});

describe('a cap that is reached', () => {
  it('is asked about once, not for each message, and its sheds are counted once a batch', async () => {
    let clock = today;
    const allowance = new SpendingAllowance(dynamo, table, 3 * callUsd, () => clock);
    const spend = async (messages: number) => {
      const batch = allowance.openBatch(messages);
      for (let message = 0; message < messages; message += 1)
        if (await batch.reserve(today, callUsd)) batch.settle(today, callUsd, callUsd);
        else batch.countShed(today);
      await batch.close();
    };
    await spend(10);
    expect(await noted()).toEqual({ spentUsd: expect.closeTo(3 * callUsd, 9), shed: 7 });
    const writes = await writesOf(async () => {
      for (let batch = 0; batch < 20; batch += 1) await spend(10);
    });
    expect(writes.filter(isDraw)).toEqual([]);
    expect(writes).toHaveLength(20);
    expect((await noted())?.shed).toBe(207);
    // Others may have given back meanwhile.
    clock += minute;
    expect((await writesOf(() => spend(10))).filter(isDraw)).toHaveLength(1);
  });

  it('is asked about again where this instance gave something back', async () => {
    const allowance = new SpendingAllowance(dynamo, table, 2 * callUsd);
    const [one, other] = [allowance.openBatch(2), allowance.openBatch(1)];
    expect(await one.reserve(today, callUsd)).toBe(true);
    expect(await one.reserve(today, callUsd)).toBe(true);
    expect(await other.reserve(today, callUsd)).toBe(false);
    await other.close();
    one.settle(today, callUsd, 0);
    one.settle(today, callUsd, costUsd);
    await one.close();
    expect(await allowance.openBatch(1).reserve(today, callUsd)).toBe(true);
  });

  it('holds for all instances together, for batches of several days, and begins anew at midnight UTC', async () => {
    const batches = Array.from({ length: 6 }, () => open(10 * callUsd, 5));
    const reserved = await Promise.all(
      batches.flatMap((batch) =>
        [0, 1, 2, 3, 4].map((call) => batch.reserve(call === 4 ? today + day : today, callUsd)),
      ),
    );
    expect(reserved.filter((fits, index) => fits && index % 5 !== 4).length).toBeLessThanOrEqual(10);
    expect(reserved.filter((fits, index) => fits && index % 5 === 4)).toHaveLength(6);
    expect((await noted())?.spentUsd).toBeLessThanOrEqual(10 * callUsd + 1e-9);
  });

  it('counts sheds later, where the table did not take them', async () => {
    const allowance = new SpendingAllowance(dynamo, table, callUsd / 2);
    const first = allowance.openBatch(1);
    expect(await first.reserve(today, callUsd)).toBe(false);
    first.countShed(today);
    proxy.meddle((call) => (call.operation === 'UpdateItem' ? throttled : undefined));
    await expect(first.close()).rejects.toThrow();
    proxy.meddle(() => undefined);
    const second = allowance.openBatch(1);
    second.countShed(today);
    await second.close();
    expect((await noted())?.shed).toBe(2);
  });
});

describe('the day of an upgrade', () => {
  it('holds what an older version noted, for the cap and for readers', async () => {
    const earlier = { pk: 'control', sk: `spend#${dayKey(today)}`, spentUsd: 4, shed: 3 };
    await dynamo.send(new PutItemCommand({ TableName: table, Item: toItem(earlier) }));
    const batch = open(5, 1);
    expect(await batch.reserve(today, 1.5)).toBe(false);
    expect(await batch.reserve(today, 0.5)).toBe(true);
    batch.countShed(today);
    await batch.close();
    const { spending } = await createSeriesStore(dynamo, table).readControl();
    expect(spending.get(dayKey(today))).toEqual({ spentUsd: expect.closeTo(4.5, 9), shed: 4 });
  });

  it('is read without the days after it where an instant is given', async () => {
    for (const at of [today - day, today, today + day]) await open(25, 1).reserve(at, callUsd);
    const days = [...(await readSpending(dynamo, table, today)).keys()].slice(-2);
    expect(days).toEqual([dayKey(today - day), dayKey(today)]);
  });
});
