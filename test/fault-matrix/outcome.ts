import { paginateScan } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { countersOf } from '#adapters/dynamodb/counter-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { unpackJson } from '#adapters/dynamodb/packed-json.ts';
import { recomputeHour } from '#adapters/dynamodb/recompute-hour.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { env, metric } from '#core/names.ts';
import { isSampled } from '#core/sampling.ts';
import { type PackedDay, SeriesSet } from '#core/series/series-set.ts';
import { dayStart, floorTo, hour, hourKey, minute } from '#core/time.ts';
import { findRatingBucket } from '#local/stack/upload-rating-file.ts';
import { queueUrlOf, readQueue } from '../support/queues.ts';
import { begin, catalogue, rubric } from './fault-catalogue.ts';
import type { FaultWorld } from './fault-world.ts';

/** What a run leaves. */
export interface Outcome {
  /** Sums over all buckets by `surface kind-of-slice column`. */
  readonly counters: Readonly<Record<string, number>>;
  /** End states by judgement, and scores. */
  readonly judgements: Readonly<Record<string, string>>;
  /** Those that the usual rate would not have sampled. */
  readonly zoomed: readonly string[];
  readonly rejected: readonly string[];
  readonly dlq: readonly string[];
  readonly waiting: number;
  /** Ratings, as `response#rater score`. */
  readonly ratings: readonly string[];
  /** What the present calibrations were made of. */
  readonly calibrations: readonly string[];
  readonly batches: readonly string[];
  readonly reports: readonly string[];
  /** Announced transitions by id, in their order: what, when it came about, when it arrived first, how often. */
  readonly transitions: readonly Announcement[];
  readonly notices: Readonly<Record<string, number>>;
  readonly spentUsd: number;
  readonly trueUsd: number;
  /** Calls that the judge answered. */
  readonly judgeCalls: number;
  /** Judgements of every kind, repeats and anchors too. */
  readonly asked: number;
  readonly crashes: Readonly<Record<string, number>>;
  /** Stored days that are not what their counters and verdicts say, and marks that stand. */
  readonly days: readonly string[];
  /** Minutes with gauges of `help`, and with a heartbeat. */
  readonly gauges: number;
  readonly heartbeats: number;
  readonly seen: Readonly<Record<string, number>>;
  readonly met: number;
  readonly alarms?: { readonly right: AlarmStates; readonly cleared: AlarmStates };
  readonly rang?: readonly { readonly alarm: string; readonly minute: number }[];
}

export type AlarmStates = Readonly<Record<string, string>>;

export interface Announcement {
  readonly id: string;
  /** `chat/first-token page ALARM` */
  readonly what: string;
  readonly minute: number;
  readonly times: number;
}

export async function readOutcome(world: FaultWorld, arrived: ReadonlyMap<string, number>): Promise<Outcome> {
  const { environment, provisioned } = world.stack;
  const [judgements, series, ratings] = await Promise.all(
    [env.judgementTable, env.seriesTable, env.ratingTable].map((name) =>
      scan(world, environment[name] ?? ''),
    ),
  );
  const sqsUrl = world.aws.endpoints.AWS_ENDPOINT_URL_SQS;
  const queued = (name: string) => readQueue(sqsUrl, queueUrlOf(provisioned, name));
  const bodies = async (name: string) => (await queued(name)).map(({ body }) => body);
  return {
    counters: sumCounters(series ?? []),
    judgements: Object.fromEntries(
      (judgements ?? [])
        .filter(({ pk, sk }) => String(pk).startsWith('judgement#') && String(sk).endsWith('#0'))
        .map(({ pk, sk, state, score }) => [
          `${String(pk).split('#')[1]} ${String(sk).split('#')[0]}`,
          score === undefined ? String(state) : `${state} ${score}`,
        ]),
    ),
    zoomed: (judgements ?? []).flatMap(({ pk, sk }) => {
      const [kind, of] = String(pk).split('#');
      const [id = '', ...rest] = String(sk).split('#');
      const rate = catalogue.surfaces.find(({ surface }) => surface === of)?.sampleRate ?? 1;
      const isNew = kind === 'judgement' && rest.at(-1) === '0';
      return isNew && !isSampled(id, rate) ? [`${of} ${id}`] : [];
    }),
    rejected: await bodies('RejectedQueue'),
    dlq: (await bodies('JudgeDlq')).map(nameOfTask),
    waiting: (await queued('ResponseQueue')).length + (await queued('JudgeQueue')).length,
    ratings: (ratings ?? [])
      .filter(({ pk }) => String(pk).startsWith('rating#'))
      .map(({ sk, score }) => `${sk} ${score}`)
      .sort(),
    calibrations: (ratings ?? [])
      .filter(({ pk }) => pk === 'calibration')
      .map(({ sk, record }) => {
        const { number, inputs } = unpackJson<Calibration>(record);
        return `${sk} ${number} ${inputs}`;
      })
      .sort(),
    batches: (ratings ?? []).filter(({ pk }) => String(pk).startsWith('batch#')).map(({ sk }) => String(sk)),
    reports: await listReports(world),
    transitions: readTransitions(world, arrived),
    notices: await readNotices(world),
    spentUsd: (series ?? []).reduce(
      (sum, { pk, spentUsd }) => (pk === 'spending' ? sum + Number(spentUsd ?? 0) : sum),
      0,
    ),
    trueUsd: world.truth.usd,
    judgeCalls: world.truth.calls,
    asked: (judgements ?? []).filter(({ pk }) => String(pk).startsWith('judgement#')).length,
    crashes: Object.fromEntries(world.allCrashes),
    days: await checkDays(world, series ?? []),
    gauges: minutesOf(world, metric.pressure, 'help'),
    heartbeats: minutesOf(world, metric.heartbeat),
    seen: Object.fromEntries(world.seen),
    met: world.met,
  };
}

async function scan({ dynamo }: FaultWorld, TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName, ConsistentRead: true }))
    items.push(...Items.map(fromItem));
  return items;
}

function sumCounters(series: readonly Record<string, unknown>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const item of series) {
    const { pk, sk } = item;
    const [kind, surface, at = ''] = String(pk).split('#');
    if (kind !== 'count' || at < hourKey(floorTo(begin, hour))) continue;
    const slice = String(sk).slice(3, 4);
    for (const [column, value] of Object.entries(countersOf(item))) {
      const name = `${surface} ${slice} ${column}`;
      sums[name] = (sums[name] ?? 0) + Number(value);
    }
  }
  return sums;
}

function nameOfTask(body: string): string {
  try {
    return String((JSON.parse(body) as { responseId?: string }).responseId);
  } catch {
    return body;
  }
}

async function listReports({ aws }: FaultWorld): Promise<string[]> {
  const s3 = new S3Client({ endpoint: aws.endpoints.AWS_ENDPOINT_URL_S3, forcePathStyle: true });
  const Bucket = await findRatingBucket(s3);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'reports/' }));
  s3.destroy();
  return Contents.map(({ Key = '' }) => Key).sort();
}

function readTransitions({ aws }: FaultWorld, arrived: ReadonlyMap<string, number>): Announcement[] {
  const found = new Map<string, Announcement>();
  for (const { detail } of aws.events.events()) {
    const { id, surface, slo, severity, to } = detail as Readonly<Record<string, string>>;
    if (id === undefined) continue;
    const known = found.get(id);
    found.set(id, {
      id,
      what: `${surface}/${slo} ${severity} ${to}`,
      minute: arrived.get(id) ?? 0,
      times: (known?.times ?? 0) + 1,
    });
  }
  return [...found.values()];
}

async function readNotices(world: FaultWorld): Promise<Record<string, number>> {
  if (world.peopleQueue === '') return {};
  const counts: Record<string, number> = {};
  for (const { body } of await readQueue(world.aws.endpoints.AWS_ENDPOINT_URL_SQS, world.peopleQueue)) {
    const { MessageAttributes } = JSON.parse(body) as {
      readonly MessageAttributes?: { readonly id?: { readonly Value?: string } };
    };
    const id = MessageAttributes?.id?.Value ?? body;
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

/** Every hour since the beginning made anew from counters and verdicts, against the days that are stored. */
async function checkDays(world: FaultWorld, series: readonly Record<string, unknown>[]): Promise<string[]> {
  const { environment } = world.stack;
  const store = createSeriesStore(world.dynamo, environment[env.seriesTable] ?? '');
  const judgements = createJudgementStore(
    world.dynamo,
    environment[env.judgementTable] ?? '',
    world.catalogue.retention,
  );
  const to = world.clock.now();
  const first = floorTo(begin, hour);
  const wrong: string[] = [];
  for (const surface of ['chat', 'help', 'probe', 'costly', 'default']) {
    const set = new SeriesSet();
    for (let at = first; at + hour <= to; at += hour)
      for (const dirty of [
        { of: 'counts' as const, surface, hour: hourKey(at) },
        { of: 'verdicts' as const, surface, hour: hourKey(at), rubric },
      ])
        await recomputeHour({ store, judgements }, set, dirty);
    const stored = series.filter(({ pk }) => pk === `rollup#${surface}`);
    for (const { sk, columns } of stored) {
      const [day = '', slice = ''] = String(sk).split('#');
      const made = set.packDay(surface, slice as '*', dayStart(day));
      const from = Math.max(0, (first - dayStart(day)) / (5 * minute));
      const kept = unpackJson<PackedDay>(columns);
      for (const [name, pairs] of Object.entries(made))
        if (JSON.stringify(pairs) !== JSON.stringify(since(kept[name], from)))
          wrong.push(`${surface} ${day} ${slice} ${name}`);
    }
  }
  const marks = series.filter(({ pk, sk }) => pk === 'control' && String(sk).startsWith('dirty#'));
  const closed = marks.map(({ sk }) => String(sk)).filter((sk) => sk.slice(6, 19) < hourKey(to));
  return [...wrong, ...closed];
}

function since(pairs: PackedDay[string] | undefined, from: number): PackedDay[string] {
  return (pairs ?? []).filter(([bucket]) => bucket >= from);
}

/** Minutes since the beginning in which a metric has a value. */
function minutesOf(world: FaultWorld, name: string, surface?: string): number {
  const found = [...world.aws.cloudwatch.metrics.list()].find(
    (each) =>
      each.name === name && (surface === undefined || each.dimensions.some(({ Value }) => Value === surface)),
  );
  if (found === undefined) return 0;
  let count = 0;
  for (let at = begin / minute; at * minute <= world.clock.now(); at += 1)
    if (found.series.aggregate(at, at + 1) !== undefined) count += 1;
  return count;
}
