import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toItem } from '#adapters/dynamodb/client.ts';
import { packJson } from '#adapters/dynamodb/packed-json.ts';
import { createSeriesStore, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readStates, readSurfaces } from '#adapters/dynamodb/surface-states.ts';
import { tickKey } from '#core/series/control.ts';
import { day } from '#core/time.ts';
import { type ProxiedTables, startTables } from '#test/support/tables.ts';

const now = Date.parse('2026-11-10T12:00:00Z');
let tables: ProxiedTables;
let dynamo: DynamoDBClient;
let store: SeriesStore;

beforeAll(async () => {
  tables = await startTables(['Series']);
  ({ dynamo } = tables);
  store = createSeriesStore(dynamo, 'Series');
});

afterAll(() => tables?.close());

const read = async (surface: string) => readSurfaces(await store.readControl()).get(surface);

describe('what ticks leave of surfaces', () => {
  it('comes back as it was, and an older tick does not replace it', async () => {
    const content = { slos: { 'judge-pass': { state: 1 } }, outbox: [] };
    expect(await store.writeSurface('chat', now, content)).toBe(true);
    expect(await store.writeSurface('chat', now - 1, { slos: {}, outbox: [] })).toBe(false);
    expect(await read('chat')).toEqual(content);
    const delivered = { ...content, outbox: [{ id: 'a', of: 'notice' as const, content: {} }] };
    expect(await store.writeSurface('chat', now, delivered)).toBe(true);
    expect(await read('chat')).toEqual(delivered);
  });

  it('may be larger than an item: its parts are read together, and those of the tick before go', async () => {
    const large = (text: string) => ({ slos: { 'judge-pass': { text } }, outbox: [] });
    const [first, second] = [1_200_000, 500_000].map((length) => randomBytes(length / 2).toString('hex'));
    await store.writeSurface('large', now, large(first ?? ''));
    expect(await read('large')).toEqual(large(first ?? ''));
    await store.writeSurface('large', now + 1, large(second ?? ''));
    expect(await read('large')).toEqual(large(second ?? ''));
    await store.writeSurface('large', now + 2, large('small'));
    expect(await read('large')).toEqual(large('small'));
  });

  it('is taken over from the one item of before, latches included, until the surface has its own', async () => {
    const old = { support: { availability: { state: { alarms: { rollback: { raisedAt: 5 } } } } } };
    const item = { ...tickKey(), tick: now - day, writer: 'old', late: 3, states: packJson(old) };
    await dynamo.send(new PutItemCommand({ TableName: 'Series', Item: toItem(item) }));
    expect(readStates(await store.readControl())).toMatchObject(old);
    await store.writeSurface('support', now, { slos: { availability: 'new' }, outbox: [] });
    await store.writeTick(now, 'new', { anchors: {}, late: 3 });
    const control = await store.readControl();
    expect(readStates(control).support).toEqual({ availability: 'new' });
    expect(control.tick?.late).toBe(3);
  });
});

describe('folded days', () => {
  it('are read from their instants on, the whole further back than its parts, with how far they go', async () => {
    const boundary = now - (now % day);
    const seen: string[] = [];
    const visit = ({ day: key, slice }: { day: string; slice: string }) => seen.push(`${key}${slice}`);
    const since = { whole: boundary - 3 * day, parts: boundary - 2 * day };
    expect(await store.readFolded('chat', since, visit)).toBeUndefined();
    for (const back of [4, 3, 2, 1])
      await store.writeFolded(
        'chat',
        (['*', 'c:eu', 'r:v1'] as const).map((slice) => ({
          at: boundary - back * day,
          slice,
          packed: { n: [[12, back]] },
        })),
        back === 1 ? boundary : undefined,
      );
    expect(await store.readFolded('chat', since, visit)).toBe(boundary);
    expect(seen.toSorted()).toEqual([
      '2026-11-07*',
      '2026-11-08*',
      '2026-11-08c:eu',
      '2026-11-08r:v1',
      '2026-11-09*',
      '2026-11-09c:eu',
      '2026-11-09r:v1',
    ]);
  });
});
