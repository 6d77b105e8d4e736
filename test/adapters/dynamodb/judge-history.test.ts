import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJudgeHistories } from '#adapters/dynamodb/judge-history.ts';
import { second } from '#core/time.ts';
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

const writes = () => proxy.answered.filter(({ operation }) => operation === 'UpdateItem').length;

describe('the history of a judge', () => {
  it('is empty at first', async () => {
    expect(await createJudgeHistories(dynamo, table).read('new')).toEqual({});
  });

  it('is noted once in five seconds, and known here at once', async () => {
    const histories = createJudgeHistories(dynamo, table);
    const before = writes();
    for (let at = 100 * second; at < 112 * second; at += second) await histories.notePass('busy', at);
    expect(writes() - before).toBe(3);
    expect(await histories.read('busy')).toEqual({ passedAt: 111 * second });
    expect(await createJudgeHistories(dynamo, table).read('busy')).toEqual({ passedAt: 110 * second });
  });

  it('holds the last text of each kind, beside what got through', async () => {
    const histories = createJudgeHistories(dynamo, table);
    await histories.noteRefusal('odd', 'refused', { text: 'a', at: 1 });
    await histories.noteRefusal('odd', 'failed', { text: 'b', at: 2 });
    await histories.noteRefusal('odd', 'refused', { text: 'c', at: 3 });
    await histories.notePass('odd', 4);
    expect(await createJudgeHistories(dynamo, table).read('odd')).toEqual({
      passedAt: 4,
      refused: { text: 'c', at: 3 },
      failed: { text: 'b', at: 2 },
    });
  });
});
