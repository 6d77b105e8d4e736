import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { required } from '#adapters/environment.ts';
import { env } from '#core/names.ts';
import { startBenchStack } from '../flow/bench-stack.ts';
import { sqsRecords } from '../flow/traffic.ts';
import { anyOf, type CaseKind, compare, type Outcome } from './case-kind.ts';

const schema = z.object({
  /** A message of the response queue. */
  body: z.string(),
  sentAt: z.iso.datetime({ offset: true }),
  want: z.object({ taken: anyOf(z.boolean()), judgeable: anyOf(z.boolean()).optional() }),
});

type RecordCase = z.infer<typeof schema>;

/** Whether a message counts in the SLIs that it serves, and whether a judge could be asked about it. */
export const record: CaseKind<typeof schema> = { schema, run, close };

let world: Promise<World> | undefined;

async function run({ body, sentAt, want }: RecordCase): Promise<Outcome> {
  world ??= startWorld();
  const { sample, countAll } = await world;
  const before = await countAll();
  const failures = await sample({ ...sqsRecords([body], Date.parse(sentAt))[0] } as SQSRecord);
  const counted = difference(before, await countAll());
  if (failures > 0) return { right: false, came: 'the message goes back to its queue' };
  const taken = ['n', 'feedback', 'gatewayFailures'].some((column) => counted.has(column));
  const rejected = [...counted.keys()].filter((column) => column.startsWith('rejected:'));
  return compare(want, {
    taken: taken && rejected.length === 0,
    judgeable: counted.has('judgeable'),
    rejected,
  });
}

async function close(): Promise<void> {
  await (await world)?.close();
  world = undefined;
}

interface World {
  /** @returns how many messages it gives back */
  sample(message: SQSRecord): Promise<number>;
  /** All counters of all surfaces. */
  countAll(): Promise<Map<string, number>>;
  close(): Promise<void>;
}

/** The deployed sampler on embedded servers. */
async function startWorld(): Promise<World> {
  const { stop } = await startBenchStack();
  const { handler } = await import('#lambdas/sampler/handler.ts');
  const client = new DynamoDBClient({});
  return {
    sample: async (message) => (await handler({ Records: [message] })).batchItemFailures.length,
    async countAll() {
      const items: Record<string, AttributeValue>[] = [];
      for await (const page of paginateScan({ client }, { TableName: required(env.seriesTable) }))
        items.push(...(page.Items ?? []));
      return sumOf(items.map(fromItem).filter(({ pk }) => String(pk).startsWith('count#')));
    },
    async close() {
      client.destroy();
      await stop();
    },
  };
}

/** Cohorts alone: a release's counters hold the same records once more. */
function sumOf(items: readonly Record<string, unknown>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { pk: _, sk, expiresAt: __, ...columns } of items) {
    if (!String(sk).slice(3).startsWith('c:')) continue;
    for (const [column, value] of Object.entries(columns))
      sums.set(column, (sums.get(column) ?? 0) + Number(value));
  }
  return sums;
}

function difference(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) {
  return new Map([...after].filter(([column, value]) => value > (before.get(column) ?? 0)));
}
