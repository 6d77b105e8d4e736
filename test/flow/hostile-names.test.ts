import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { countersOf as readCounters } from '#adapters/dynamodb/counter-store.ts';
import { minute } from '#core/time.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { itemBytes, maxItemBytes } from '../support/item-size.ts';
import { type ProvisionedStack, provisionStack } from '../support/provisioned-stack.ts';
import { responseRecord, type SentRecord } from '../support/records.ts';

const now = Date.now();
const surfaces = ['errors', 'successes', 'providers', 'cohorts', 'releases', 'calm'] as const;
type SurfaceName = (typeof surfaces)[number];
const batchSize = 2_000;
const goodPerBatch = 30;
const good = { cohort: 'eu', release: 'v1', provider: 'primary' };

let stack: ProvisionedStack;
let items: Record<string, AttributeValue>[];
/** Good records sent, by surface. */
const sent = new Map<SurfaceName, number>();

function eventOf(records: readonly SentRecord[]): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(now),
    SenderId: 'test',
    ApproximateFirstReceiveTimestamp: String(now),
  };
  const Records = records.map(
    (record, index): SQSRecord => ({
      messageId: `m-${index}`,
      receiptHandle: `r-${index}`,
      body: JSON.stringify(record),
      md5OfBody: '',
      attributes,
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
      awsRegion: 'us-east-1',
    }),
  );
  return { Records };
}

/** Batches of hostile records, good ones of the same surface and of another among them, each to a fresh function. */
async function sample(surface: SurfaceName, hostile: readonly SentRecord[]): Promise<void> {
  for (let start = 0; start < hostile.length; start += batchSize) {
    const goodOf = (name: SurfaceName) => {
      sent.set(name, (sent.get(name) ?? 0) + goodPerBatch);
      return Array.from({ length: goodPerBatch }, (_, index) =>
        responseRecord(`${name}-${start}-${index}`, now, { surface: name, ...good }),
      );
    };
    vi.resetModules();
    const { handler } = await import('#lambdas/sampler/handler.ts');
    const records = [...hostile.slice(start, start + batchSize), ...goodOf(surface), ...goodOf('calm')];
    expect(await handler(eventOf(records))).toEqual({ batchItemFailures: [] });
  }
}

const many = (length: number, make: (index: number) => SentRecord) =>
  Array.from({ length }, (_, index) => make(index));
/** 200 characters, most of three bytes. */
const longName = (index: number) => `${index}-`.padEnd(200, '語');

beforeAll(async () => {
  const slos = { 'judge-pass': 'on', 'first-token': 'on', availability: 'on' };
  stack = await provisionStack(
    testCatalogue({ surfaces: surfaces.map((surface) => ({ surface, sampleRate: 1e-9, slos })) }),
  );
  const attempts = (status: string) => many(1_700, (index) => ({ provider: longName(index), status }));
  await sample(
    'errors',
    many(3, (index) =>
      responseRecord(`e-${index}`, now - index * 5 * minute, {
        surface: 'errors',
        attempts: attempts('error'),
      }),
    ),
  );
  await sample('successes', [
    responseRecord('s', now, { surface: 'successes', attempts: attempts('success') }),
  ]);
  const named = (surface: SurfaceName, field: string) =>
    many(4_500, (index) => responseRecord(`${field}-${index}`, now, { surface, [field]: longName(index) }));
  await sample('providers', named('providers', 'provider'));
  await sample('cohorts', named('cohorts', 'cohort'));
  await sample('releases', named('releases', 'release'));
  items = [];
  const pages = paginateScan(
    { client: stack.dynamo },
    { TableName: stack.seriesTable, ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) items.push(...Items);
});

afterAll(() => stack?.close());

/** Counters of a surface by slice, over its buckets. */
function countersOf(surface: SurfaceName, kind: 'c:' | 'r:' = 'c:'): Map<string, Record<string, number>> {
  const slices = new Map<string, Record<string, number>>();
  for (const item of items.map(fromItem)) {
    const { pk, sk } = item;
    const slice = String(sk).slice(3);
    if (!String(pk).startsWith(`count#${surface}#`) || !slice.startsWith(kind)) continue;
    const sums = slices.get(slice) ?? {};
    slices.set(slice, sums);
    for (const [name, value] of Object.entries(readCounters(item)))
      sums[name] = (sums[name] ?? 0) + Number(value);
  }
  return slices;
}

function total(surface: SurfaceName, column: string): number {
  return [...countersOf(surface).values()].reduce((sum, counters) => sum + (counters[column] ?? 0), 0);
}

const providersOf = (surface: SurfaceName) =>
  [...new Set([...countersOf(surface).values()].flatMap(Object.keys))].filter((name) =>
    name.startsWith('pt:'),
  );

describe('records that name without end', () => {
  it.each([
    ['errors', 3],
    ['successes', 1],
    ['providers', 4_500],
    ['cohorts', 4_500],
    ['releases', 4_500],
    ['calm', 0],
  ] as const)('are counted once each, and so are the good ones beside them: %s', (surface, hostile) => {
    expect(total(surface, 'n')).toBe(hostile + (sent.get(surface) ?? 0));
    expect(total(surface, 't:first-token')).toBe(hostile + (sent.get(surface) ?? 0));
    expect(countersOf(surface).get('c:eu')?.n).toBe(sent.get(surface));
    expect(countersOf(surface, 'r:').get('r:v1')?.n).toBe(sent.get(surface));
    expect(total(surface, 'pt:primary')).toBe(sent.get(surface));
  });

  it('leave every item far under what a table takes', () => {
    expect(Math.max(...items.map(itemBytes))).toBeLessThan(maxItemBytes / 4);
  });

  it('have 30 providers, 100 cohorts and 50 releases a day, however many batches and functions there are', () => {
    expect(providersOf('providers')).toHaveLength(31);
    expect(countersOf('cohorts').size).toBe(101);
    expect(countersOf('releases', 'r:').size).toBe(51);
    expect(providersOf('errors')).toHaveLength(10);
  });

  it('are told by counts, and change nothing of another surface', () => {
    expect(total('providers', 'overflow:provider')).toBeGreaterThan(4_400);
    expect(total('cohorts', 'overflow:cohort')).toBeGreaterThan(4_300);
    expect(total('releases', 'overflow:release')).toBeGreaterThan(4_400);
    expect(total('successes', 'overflow:attempt')).toBe(1_650);
    expect([...countersOf('calm').keys()]).toEqual(['c:eu']);
    const columns = Object.keys(countersOf('calm').get('c:eu') ?? {});
    expect(columns.filter((name) => name.startsWith('overflow:'))).toEqual([]);
  });

  it('can be read as they were counted: no name is left out', async () => {
    const hours = [
      ...new Set(items.map(({ pk }) => pk?.S ?? '').filter((pk) => pk.startsWith('count#cohorts#'))),
    ];
    const read = await Promise.all(
      hours.map((pk) => stack.series.readCounts('cohorts', pk.split('#')[2] ?? '')),
    );
    const seen = read
      .flat()
      .reduce((sum, { sk, counters }) => sum + (sk.includes('#c:') ? (counters.n ?? 0) : 0), 0);
    expect(seen).toBe(total('cohorts', 'n'));
  });
});
