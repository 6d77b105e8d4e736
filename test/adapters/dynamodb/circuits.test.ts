import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCircuits } from '#adapters/dynamodb/circuits.ts';
import type { AwsProxy } from '#test/support/aws-proxy.ts';
import { type ProxiedTables, startTables } from '#test/support/tables.ts';

const table = 'series';

let tables: ProxiedTables;
let proxy: AwsProxy;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  tables = await startTables([table]);
  ({ dynamo, proxy } = tables);
});

afterAll(() => tables?.close());

const reads = () => proxy.answered.filter(({ operation }) => operation === 'GetItem').length;

describe('ten judgements of a cold start that ask about the circuit', () => {
  it('share one reading, open or closed', async () => {
    for (const isOpen of [false, true]) {
      const circuits = createCircuits(dynamo, table);
      if (isOpen) await circuits.open('model', 'quota', 1);
      const before = reads();
      const asked = Array.from({ length: 10 }, () => circuits.findOpen('model', 10_000));
      expect((await Promise.all(asked)).map(Boolean)).toEqual(Array(10).fill(isOpen));
      expect(reads() - before).toBe(1);
    }
    await createCircuits(dynamo, table).close('model');
  });

  it('do not share one that began before the circuit opened here', async () => {
    const circuits = createCircuits(dynamo, table);
    const early = circuits.findOpen('model', 10_000);
    await circuits.open('model', 'quota', 10_000);
    const before = reads();
    expect(await circuits.findOpen('model', 10_001)).toEqual({ openedAt: 10_000, byHistory: false });
    expect(reads() - before).toBeGreaterThanOrEqual(1);
    await early;
    expect(await circuits.findOpen('model', 10_002)).toBeDefined();
    await circuits.close('model');
  });

  it('ask again after a reading that failed', async () => {
    const circuits = createCircuits(dynamo, 'no-such-table');
    await expect(circuits.findOpen('model', 10_000)).rejects.toThrow();
    await expect(circuits.findOpen('model', 10_000)).rejects.toThrow();
  });
});

describe('a circuit that opened since nothing got through', () => {
  it('is closed by the first call that does, a probe or not', async () => {
    const circuits = createCircuits(dynamo, table);
    await circuits.open('model', 'nothing gets through', 10_000, true);
    await circuits.closeIfByHistory('model');
    expect(await circuits.findOpen('model', 10_001)).toBeUndefined();
  });

  it('stays open where it is known what blocks: only its probe closes it', async () => {
    const circuits = createCircuits(dynamo, table);
    await circuits.open('model', 'nothing gets through', 10_000, true);
    await circuits.open('model', 'the key is refused', 10_000);
    await circuits.closeIfByHistory('model');
    expect(await circuits.findOpen('model', 10_001)).toEqual({ openedAt: 10_000, byHistory: false });
    await circuits.close('model');
  });
});
