import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createNameStore } from '#adapters/dynamodb/name-store.ts';
import type { OutgoingMessage } from '#adapters/sqs/queue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { nameCaps } from '#core/series/counted-names.ts';
import { day, hour } from '#core/time.ts';
import { CountedNames } from '#lambdas/sampler/counted-names.ts';
import { type SampledBatch, type SamplerDependencies, sampleBatch } from '#lambdas/sampler/sample-batch.ts';
import { type AwsCall, type AwsProxy, throttled } from '../support/aws-proxy.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { responseRecord } from '../support/records.ts';
import { type ProxiedTables, startTables } from '../support/tables.ts';

const table = 'series';
const now = Date.parse('2026-11-10T12:02:00Z');

let tables: ProxiedTables;
let proxy: AwsProxy;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  tables = await startTables([table]);
  ({ dynamo, proxy } = tables);
});

afterAll(() => tables?.close());

interface Sent {
  readonly timing?: { readonly ttftMs: number; readonly totalMs: number };
  readonly id: string;
  readonly at?: number;
  readonly cohort?: string;
  readonly release?: string;
}

interface BatchOptions {
  readonly surface: string;
  /** Milliseconds from now on in which the batch is to be done. */
  readonly within?: number;
  readonly meddle?: (call: AwsCall) => boolean;
  readonly overrides?: Partial<SamplerDependencies>;
}

async function sample(
  records: readonly Sent[],
  { surface, within = 20_000, meddle = () => false, overrides = {} }: BatchOptions,
): Promise<SampledBatch> {
  const catalogue = testCatalogue({
    surfaces: [{ surface, sampleRate: 1e-9, slos: { availability: 'on' } }],
  });
  const taken = async (messages: readonly OutgoingMessage[]) => messages.map(() => true);
  const dependencies: SamplerDependencies = {
    catalogue,
    counters: createCounterStore(dynamo, table),
    names: new CountedNames(createNameStore(dynamo, table), nameCaps(catalogue), () => undefined),
    forward: taken,
    reject: taken,
    stamp: () => 'stamp',
    ...overrides,
  };
  proxy.meddle((call) => (meddle(call) ? throttled : undefined));
  const messages = records.map(({ id, at = now, ...rest }) => ({
    messageId: id,
    body: JSON.stringify(responseRecord(id, at, { surface, ...rest })),
    sentAt: now,
    receives: 1,
  }));
  const batch = await sampleBatch(dependencies, messages, Date.now() + within);
  proxy.meddle(() => undefined);
  return batch;
}

/** `n` of a surface by bucket of the hour and slice, its sum, and its marks. */
async function stored(surface: string): Promise<{ n: Record<string, number>; sum: number; marks: string[] }> {
  const n: Record<string, number> = {};
  let sum = 0;
  const marks: string[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: table }))
    for (const { pk, sk, ...item } of Items.map(fromItem)) {
      if (String(pk).startsWith(`count#${surface}#`)) {
        n[String(sk)] = Number(item.n);
        sum += Number(item.n);
      }
      if (pk === 'control' && String(sk).includes(`#${surface}#`)) marks.push(String(sk));
    }
  return { n, sum, marks };
}

const keyOf = ({ body }: AwsCall) => JSON.stringify(body.Key ?? {});
const updates = (sk: string) => (call: AwsCall) =>
  call.operation === 'UpdateItem' && keyOf(call).includes(sk);

describe('a counter that the table does not take', () => {
  it('brings back its own records, of which nothing was counted, and no others', async () => {
    const records = [
      { id: 'a', cohort: 'eu', release: 'v1' },
      { id: 'b', cohort: 'us', release: 'v1' },
      { id: 'c', cohort: 'us', release: 'v2' },
      { id: 'd', cohort: 'ap' },
    ];
    const batch = await sample(records, { surface: 'one-group', meddle: updates('#c:us') });
    expect(batch).toEqual({ failed: ['b', 'c'], recounted: 0 });
    expect((await stored('one-group')).n).toEqual({ '00#c:eu': 1, '00#r:v1': 1, '00#c:ap': 1 });
    const again = records.filter(({ id }) => batch.failed.includes(id));
    expect(await sample(again, { surface: 'one-group' })).toEqual({ failed: [], recounted: 0 });
    expect((await stored('one-group')).n).toEqual({
      '00#c:eu': 1,
      '00#c:us': 2,
      '00#c:ap': 1,
      '00#r:v1': 2,
      '00#r:v2': 1,
    });
  });

  it('is tried again in place where it is a release, for its cohort is counted by then', async () => {
    let failures = 0;
    const isRelease = updates('#r:v1');
    const meddle = (call: AwsCall) => isRelease(call) && ++failures <= 8;
    const records = [{ id: 'a', cohort: 'eu', release: 'v1' }];
    expect(await sample(records, { surface: 'release', meddle })).toEqual({ failed: [], recounted: 0 });
    expect((await stored('release')).n).toEqual({ '00#c:eu': 1, '00#r:v1': 1 });
    expect(failures).toBeGreaterThan(8);
  });

  it('brings them back with their number where it fails to the end, as they count twice', async () => {
    const records = [
      { id: 'a', cohort: 'eu', release: 'v1' },
      { id: 'b', cohort: 'eu', release: 'v2' },
    ];
    const batch = await sample(records, { surface: 'lost-release', within: 500, meddle: updates('#r:v1') });
    expect(batch).toEqual({ failed: ['a'], recounted: 1 });
  });

  it('leaves what there is no time for untouched', async () => {
    const records = [{ id: 'a' }, { id: 'b' }];
    expect(await sample(records, { surface: 'late', within: -1 })).toEqual({
      failed: ['a', 'b'],
      recounted: 0,
    });
    expect((await stored('late')).n).toEqual({});
  });
});

describe('records of more columns than one update adds to', () => {
  /** Each has bins of its own: no two share more than the columns that all have. */
  const wide = Array.from({ length: 300 }, (_, index) => ({
    id: `r-${index}`,
    cohort: 'eu',
    release: index % 2 === 0 ? 'v1' : 'v2',
    timing: { ttftMs: 1.03 ** index, totalMs: 1.03 ** (index + 300) },
  }));

  it('count by several updates, each record in one of them', async () => {
    let calls = 0;
    const meddle = (call: AwsCall) => {
      if (call.operation === 'UpdateItem' && keyOf(call).includes('count#')) calls += 1;
      return false;
    };
    expect(await sample(wide, { surface: 'wide', meddle })).toEqual({ failed: [], recounted: 0 });
    expect((await stored('wide')).n).toEqual({ '00#c:eu': 300, '00#r:v1': 150, '00#r:v2': 150 });
    // 600 bins of each slice, and few other columns.
    expect(calls).toBeLessThan(12);
  });

  it('come again where theirs fails, whole and alone, and then count once', async () => {
    // The second of them, however often it is tried.
    const bodies = new Set<string>();
    const meddle = (call: AwsCall) => {
      if (!updates('#c:eu')(call)) return false;
      bodies.add(JSON.stringify(call.body.ExpressionAttributeNames));
      return [...bodies].indexOf(JSON.stringify(call.body.ExpressionAttributeNames)) === 1;
    };
    const { failed, recounted } = await sample(wide, { surface: 'wide-failed', meddle });
    expect(recounted).toBe(0);
    expect(failed.length).toBeGreaterThan(20);
    expect(failed.length).toBeLessThan(300);
    const { n } = await stored('wide-failed');
    expect(n['00#c:eu']).toBe(300 - failed.length);
    expect((n['00#r:v1'] ?? 0) + (n['00#r:v2'] ?? 0)).toBe(300 - failed.length);
    const again = wide.filter(({ id }) => failed.includes(id));
    expect(await sample(again, { surface: 'wide-failed' })).toEqual({ failed: [], recounted: 0 });
    expect((await stored('wide-failed')).n).toEqual({ '00#c:eu': 300, '00#r:v1': 150, '00#r:v2': 150 });
  });
});

describe('marks that the table does not take', () => {
  const records = [
    { id: 'a' },
    { id: 'b' },
    { id: 'c', at: now - hour },
    { id: 'd', at: now - hour },
    { id: 'e', at: now - hour },
  ];
  const isMark = ({ operation }: AwsCall) => operation === 'BatchWriteItem';

  it('are tried again, and nothing comes again', async () => {
    let failures = 0;
    const meddle = (call: AwsCall) => isMark(call) && ++failures <= 8;
    expect(await sample(records, { surface: 'marked', meddle })).toEqual({ failed: [], recounted: 0 });
    expect((await stored('marked')).marks).toHaveLength(2);
  });

  it('come with one record of each hour where they fail to the end', async () => {
    const batch = await sample(records, { surface: 'unmarked', within: 300, meddle: isMark });
    expect(batch).toEqual({ failed: ['a', 'c'], recounted: 2 });
    const again = records.filter(({ id }) => batch.failed.includes(id));
    expect(await sample(again, { surface: 'unmarked' })).toEqual({ failed: [], recounted: 0 });
    const { sum, marks } = await stored('unmarked');
    expect(marks).toHaveLength(2);
    expect(sum).toBe(5 + 2);
  });
});

describe('names that the table does not take', () => {
  it('keep their records waiting, which count under them when it does', async () => {
    const meddle = ({ operation, body }: AwsCall) =>
      operation === 'UpdateItem' && JSON.stringify(body.Key).includes('names#');
    const records = [{ id: 'a', cohort: 'eu' }, { id: 'b' }];
    expect(await sample(records, { surface: 'unnamed', meddle })).toEqual({ failed: ['a'], recounted: 0 });
    expect((await stored('unnamed')).n).toEqual({ '00#c:-': 1 });
    expect(await sample(records.slice(0, 1), { surface: 'unnamed' })).toEqual({ failed: [], recounted: 0 });
    expect((await stored('unnamed')).n).toEqual({ '00#c:eu': 1, '00#c:-': 1 });
  });
});

describe('responses that are judged', () => {
  it('are judged under the cohort and the release that they count under', async () => {
    const put: OutgoingMessage[] = [];
    const catalogue = testCatalogue({ surfaces: [{ surface: 'judged', sampleRate: 1 }] });
    const caps = { ...nameCaps(catalogue), cohort: 1, release: 1 };
    const overrides: Partial<SamplerDependencies> = {
      catalogue,
      names: new CountedNames(createNameStore(dynamo, table), caps, () => undefined),
      forward: async (messages) => messages.map((message) => put.push(message) > 0),
    };
    const records = [
      { id: 'a', cohort: 'eu', release: 'v1' },
      { id: 'b', cohort: 'eu', release: 'v1' },
      { id: 'c', cohort: 'u-1', release: 'v1' },
      { id: 'd', release: 'build-77' },
    ];
    await sample(records, { surface: 'judged', overrides });
    const tasks = put.map(({ body }) => JSON.parse(body) as JudgeTask);
    expect(tasks.map(({ responseId, cohort, release }) => [responseId, cohort, release])).toEqual([
      ['a', 'eu', 'v1'],
      ['b', 'eu', 'v1'],
      ['c', 'other', 'v1'],
      ['d', undefined, 'other'],
    ]);
    expect(tasks[2]?.texts?.response?.content).toBe('Like this: c.');
  });
});

describe('a batch of old records', () => {
  it('has at most 32 updates under way at once', async () => {
    const counters = createCounterStore(dynamo, table);
    let underWay = 0;
    let most = 0;
    const watched: SamplerDependencies['counters'] = {
      ...counters,
      async add(...addition) {
        underWay += 1;
        most = Math.max(most, underWay);
        await counters.add(...addition);
        underWay -= 1;
      },
    };
    const records = Array.from({ length: 400 }, (_, index) => ({
      id: `r-${index}`,
      at: now - index * (day / 40),
    }));
    const batch = await sample(records, {
      surface: 'old',
      within: 120_000,
      overrides: { counters: watched },
    });
    expect(batch).toEqual({ failed: [], recounted: 0 });
    expect(most).toBe(32);
    expect((await stored('old')).sum).toBe(400);
  });
});

describe('a record at which counting fails', () => {
  it('is put aside by itself, and counted as that', async () => {
    const put: OutgoingMessage[] = [];
    const catalogue = testCatalogue({
      surfaces: [{ surface: 'fault', sampleRate: 1e-9, slos: { availability: 'on' } }],
    });
    const [surface, ...others] = catalogue.surfaces;
    if (surface === undefined) throw new Error('the catalogue has a surface');
    const slo = surface.slos[0];
    // An SLO that the code cannot count: each record of the surface fails, and those of others do not.
    const broken = {
      ...surface,
      slos: [{ ...slo, sli: { kind: 'nobody-knows' } }],
    } as unknown as typeof surface;
    const overrides: Partial<SamplerDependencies> = {
      catalogue: { ...catalogue, surfaces: [broken, ...others] },
      reject: async (messages) => messages.map((message) => put.push(message) > 0),
    };
    const batch = await sample([{ id: 'a' }, { id: 'b' }], { surface: 'fault', overrides });
    expect(batch).toEqual({ failed: [], recounted: 0 });
    expect(put.map(({ attributes }) => attributes?.kind)).toEqual(['internal', 'internal']);
    expect((await stored('fault')).n).toEqual({});
  });
});
