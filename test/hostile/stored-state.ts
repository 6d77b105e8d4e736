import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { countersOf } from '#adapters/dynamodb/counter-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { env, metric } from '#core/names.ts';
import { pipelineSurface } from '#core/series/keys.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { spendingPartition } from '#core/series/spending.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { gaugeQuery, readMetricData } from '#local/page/read-series.ts';
import { queueUrlOf, readQueue } from '../support/queues.ts';
import { slotOfKey } from './expectation.ts';
import type { HostileStack } from './stack.ts';
import { surfaces } from './traffic.ts';

/** A judgement as it lies in the table. */
export interface StoredJudgement {
  /** `surface#rubric@version#hour`, then the response's id. */
  readonly name: string;
  readonly responseId: string;
  readonly surface: string;
  readonly rubric: string;
  readonly at: number;
  readonly state: string;
  readonly score?: number;
  readonly reason?: string;
}

/** What the tables, queues and metrics hold at the end. */
export interface StoredState {
  readonly judgements: readonly StoredJudgement[];
  /** By slot (`surface bucket cohort`), by column. */
  readonly counters: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Of the rejected queue: whose message, and why. */
  readonly rejected: readonly {
    readonly messageId: string;
    readonly kind: string;
    readonly reason: string;
  }[];
  /** Of the judge's DLQ: names of judgements as above, with the reason. */
  readonly buried: readonly { readonly responseId: string; readonly reason: string }[];
  /** Messages in queues that must be empty: of the two that are worked on, and the DLQ of records. */
  readonly left: Readonly<Record<string, number>>;
  /** Roll-ups of all (`*`): by surface, then column, then bucket (epoch milliseconds). */
  readonly rollups: Readonly<Record<string, ReadonlyMap<string, ReadonlyMap<number, number>>>>;
  /** The evaluator's heartbeat at its last tick. */
  readonly heartbeat: number | undefined;
  readonly spentUsd: number;
}

type Item = Readonly<Record<string, unknown>>;

/** Reads everything past the faults. @param lastTick epoch milliseconds */
export async function readState(stack: HostileStack, lastTick: number): Promise<StoredState> {
  const dynamo = new DynamoDBClient({});
  const table = (name: string) => stack.environment[name] ?? '';
  const judgements: StoredJudgement[] = [];
  for await (const item of scan(dynamo, table(env.judgementTable)))
    if (String(item.pk).startsWith('judgement#')) judgements.push(readJudgement(item));
  const counters = new Map<string, Record<string, number>>();
  let spentUsd = 0;
  for await (const item of scan(dynamo, table(env.seriesTable))) {
    readCounters(item, counters);
    if (item.pk === spendingPartition) spentUsd += Number(item.spentUsd);
  }
  const store = createSeriesStore(dynamo, table(env.seriesTable));
  const rollups: Record<string, Map<string, Map<number, number>>> = {};
  for (const surface of [...Object.keys(surfaces), pipelineSurface]) {
    const columns = new Map<string, Map<number, number>>();
    for (const { day: key, slice, packed } of await store.readDays(
      surface,
      lastTick - 30 * day,
      lastTick + day,
    ))
      if (slice === '*') unpack(columns, Date.parse(key), packed);
    rollups[surface] = columns;
  }
  const inQueue = (name: string) =>
    readQueue(stack.direct.AWS_ENDPOINT_URL_SQS, queueUrlOf(stack.provisioned, name));
  const [rejected, buried, heartbeat, ...left] = await Promise.all([
    inQueue('RejectedQueue'),
    inQueue('JudgeDlq'),
    readHeartbeat(lastTick),
    ...(['ResponseQueue', 'JudgeQueue', 'ResponseDlq'] as const).map(
      async (queue) => [queue, (await inQueue(queue)).length] as const,
    ),
  ]);
  dynamo.destroy();
  return {
    judgements,
    counters,
    rollups,
    spentUsd,
    heartbeat,
    left: Object.fromEntries(left),
    rejected: rejected.map(({ attributes }) => ({
      messageId: attributes.messageId ?? '',
      kind: attributes.kind ?? '',
      reason: attributes.reason ?? '',
    })),
    buried: buried.map(({ body, attributes }) => ({
      responseId: (JSON.parse(body) as { responseId: string }).responseId,
      reason: attributes.reason ?? '',
    })),
  };
}

async function* scan(client: DynamoDBClient, TableName: string): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    for (const item of Items) yield fromItem(item);
}

function readJudgement(item: Item): StoredJudgement {
  const [, surface = '', rubric = '', hourOf = ''] = String(item.pk).split('#');
  const responseId = String(item.sk).split('#')[0] ?? '';
  return {
    name: `${surface}#${rubric}#${hourOf} ${responseId}`,
    responseId,
    surface,
    rubric,
    at: Number(item.at),
    state: String(item.state),
    ...(typeof item.score === 'number' && { score: item.score }),
    ...(typeof item.reason === 'string' && { reason: item.reason }),
  };
}

function readCounters(item: Item, counters: Map<string, Record<string, number>>): void {
  const slot = slotOfKey(String(item.pk), String(item.sk));
  if (slot === undefined) return;
  counters.set(
    slot,
    Object.fromEntries(Object.entries(countersOf(item)).map(([name, value]) => [name, Number(value)])),
  );
}

function unpack(columns: Map<string, Map<number, number>>, start: number, packed: PackedDay): void {
  for (const [name, pairs] of Object.entries(packed)) {
    const column = columns.get(name) ?? new Map<number, number>();
    columns.set(name, column);
    for (const [index, value] of pairs) column.set(start + index * bucketWidth, value);
  }
}

async function readHeartbeat(tick: number): Promise<number | undefined> {
  const cloudwatch = new CloudWatchClient({});
  const query = gaugeQuery('heartbeat', 'test', metric.heartbeat, {}, 'Maximum', minute);
  const [found] = await readMetricData(cloudwatch, [query], tick, tick + hour);
  cloudwatch.destroy();
  return found?.Values?.[0];
}
