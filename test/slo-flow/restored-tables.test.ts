import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { env, output } from '#core/names.ts';
import { minute } from '#core/time.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { responseRecord } from '../support/records.ts';
import { SloStack, stage } from '../support/slo-stack.ts';

const start = Date.parse('2026-11-10T12:00:00Z');
const restored = {
  judgementTable: 'restored-judgements',
  seriesTable: 'restored-series',
  ratingTable: 'restored-ratings',
};
const catalogue = testCatalogue({
  surfaces: [
    { surface: 'chat', sampleRate: 1, slos: { 'judge-pass': 'on', availability: 'on' } },
    { surface: 'default' },
  ],
});

let flow: SloStack;

beforeAll(async () => {
  flow = await SloStack.start(catalogue);
});

afterAll(() => flow?.close());

/** As RestoreTableToPointInTime does: items, keys and indexes, and no settings. */
async function restoreTable(dynamo: DynamoDBClient, from: string, to: string): Promise<number> {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: from }));
  const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  await dynamo.send(
    new CreateTableCommand({
      TableName: to,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    } as CreateTableCommandInput),
  );
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: from, ConsistentRead: true }));
  for (const Item of Items) await dynamo.send(new PutItemCommand({ TableName: to, Item }));
  return Items.length;
}

it('a stage that takes over restored tables goes on where it was: states, alarms, verdicts and ratings', async () => {
  const { dynamo, stack } = flow;
  const old = {
    judgements: stack.environment[env.judgementTable] ?? '',
    series: stack.environment[env.seriesTable] ?? '',
    ratings: stack.environment[env.ratingTable] ?? '',
  };
  const records = Array.from({ length: 120 }, (_, index) =>
    responseRecord(`response-${index}`, start - minute - index * 1_000, {
      surface: 'chat',
      ...(index % 2 === 0 && { status: 'error', response: undefined }),
    }),
  );
  await flow.send(records, start - minute);
  await flow.settle();
  await dynamo.send(
    new PutItemCommand({
      TableName: old.ratings,
      Item: { pk: { S: 'a' }, sk: { S: 'rating' }, score: { N: '4' } },
    }),
  );
  await flow.tick(start);
  const firing = flow.firing('chat');
  expect(firing.availability).toContain('page');
  const told = flow.announced().length;

  expect(await restoreTable(dynamo, old.judgements, restored.judgementTable)).toBeGreaterThan(60);
  await restoreTable(dynamo, old.series, restored.seriesTable);
  expect(await restoreTable(dynamo, old.ratings, restored.ratingTable)).toBe(1);
  for (const TableName of Object.values(old)) await dynamo.send(new DeleteTableCommand({ TableName }));

  const { Outputs = {} } = synthesizeTemplate(catalogue, stage, restored).template;
  const name = (key: string) => String(Outputs[key]?.Value);
  Object.assign(process.env, {
    [env.judgementTable]: name(output.judgementTable),
    [env.seriesTable]: name(output.seriesTable),
    [env.ratingTable]: name(output.ratingTable),
  });
  vi.resetModules();
  const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
  await handler({ time: new Date(start + minute).toISOString() });
  await stack.evaluateAlarms(start + minute);

  const control = await createSeriesStore(dynamo, restored.seriesTable).readControl();
  expect(control.tick?.tick).toBe(start + minute);
  expect(Object.keys(readStates(control).chat ?? {})).toContain('availability');
  expect(flow.firing('chat')).toEqual(firing);
  // Nothing is told twice.
  expect(flow.announced()).toHaveLength(told);
});
