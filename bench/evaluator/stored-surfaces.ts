import { fileURLToPath } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { putAll } from '#adapters/dynamodb/batch-calls.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { parseJudgement } from '#adapters/dynamodb/judgement-item.ts';
import { packJson } from '#adapters/dynamodb/packed-json.ts';
import { createVerdictJournal, type VerdictChange } from '#adapters/dynamodb/verdict-journal.ts';
import { readJudges, readRubrics } from '#adapters/files/catalogue-files.ts';
import { readYamlFile } from '#adapters/files/yaml-file.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { type Catalogue, type Surface, sloRubric } from '#core/catalogue/catalogue.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import { policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { judgeFingerprint, judgementPartition } from '#core/judging/judgement.ts';
import type { ResponseRecord } from '#core/record/response-record.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { countResponse, type Increments } from '#core/series/count-record.ts';
import { keyVerdict } from '#core/series/hour-verdicts.ts';
import { countKey, type DirtyHour, rollupPartition, rollupSortKey, type Slice } from '#core/series/keys.ts';
import { isDistribution, SeriesSet } from '#core/series/series-set.ts';
import { summariseVerdicts } from '#core/series/summarise-hour.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { bucketWidth, day, floorTo, hourKey } from '#core/time.ts';

/** The world of the evaluator's bench: many surfaces with the shipped templates, their stored days and live traffic. */

export const tables = {
  series: 'SeriesTable',
  judgements: 'JudgementTable',
  ratings: 'RatingTable',
} as const;

/** Ten of the shipped templates, every kind of SLI that roll-ups serve. */
const templates = [
  'judge-pass',
  'accepted',
  'refusals',
  'first-token',
  'total-time',
  'request-cost',
  'costly-requests',
  'cost-outliers',
  'slowest-answers',
  'availability',
] as const;

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function makeCatalogue(surfaces: number): Promise<Catalogue> {
  const [policy, rubrics, judges] = await Promise.all([
    readYamlFile(`${root}slos/policy.yaml`, policySchema),
    readRubrics(root),
    readJudges(root),
  ]);
  if (!policy.ok) throw new Error('slos/policy.yaml is not in order; run "npx assay slo check"');
  const slos = Object.fromEntries(templates.map((id) => [id, 'on' as const]));
  const file = (surface: string) =>
    surfaceSchema.parse({ surface, owner: 'bench', tier: 2, expectedPerDay: 20_000, feedback: true, slos });
  const names = Array.from({ length: surfaces }, (_, index) => `surface-${String(index).padStart(3, '0')}`);
  const compilation = compileCatalogue(
    policy.value,
    [...names.map(file), { ...file('default'), slos: { 'first-token': 'on' as const } }],
    rubrics.files.map(({ rubric }) => rubric),
    judges.judges,
  );
  if (!compilation.ok) throw new Error(compilation.faults.map(({ message }) => message).join('\n'));
  return compilation.catalogue;
}

const twoCohorts = ['eu', 'us'];
const release = 'v42';

/** Responses of a surface in a bucket: 5,760 a day. */
const perBucket = 20;

/** Names for so many cohorts. */
export function nameCohorts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => twoCohorts[index] ?? `cohort-${index}`);
}

function response(random: RandomSource, at: number, cohort: string): ResponseRecord {
  const slow = random.chance(0.03);
  return {
    id: `r${at}`,
    at: new Date(at).toISOString(),
    surface: 'any',
    status: random.chance(0.9998) ? 'success' : 'error',
    cohort,
    release,
    usage: { costUsd: Math.exp(-5 + random.normal() / 2) },
    timing: {
      ttftMs: (slow ? 900 : 300) * Math.exp(random.normal() / 4),
      totalMs: 3_000 * Math.exp(random.normal() / 4),
    },
  };
}

/** What a bucket's responses add, by slice. */
function countBucket(
  random: RandomSource,
  surface: Surface,
  at: number,
  cohorts: readonly string[] = twoCohorts,
): Map<Slice, Increments> {
  const slices = new Map<Slice, Increments>();
  for (let index = 0; index < Math.max(perBucket, cohorts.length); index += 1) {
    const cohort = cohorts[index % cohorts.length] ?? 'eu';
    const record = response(random, at, cohort);
    for (const slice of [`c:${cohort}`, `r:${release}`] as const) {
      const increments = slices.get(slice) ?? new Map<string, number>();
      slices.set(slice, increments);
      countResponse(increments, surface, record);
    }
  }
  return slices;
}

function requireRubric(catalogue: Catalogue, surface: Surface): Rubric {
  const slo = surface.slos[0];
  const rubric = slo === undefined ? undefined : sloRubric(catalogue, slo);
  if (rubric === undefined) throw new Error('the bench wants a rubric that judges any surface');
  return rubric;
}

/** A day of a surface: the same for each of its days, and another for each surface. */
export function makeDay(
  catalogue: Catalogue,
  surface: Surface,
  at: number,
  cohorts: readonly string[] = twoCohorts,
): SeriesSet {
  const random = createRandom(`bench/evaluator/${surface.surface}`);
  const rubric = requireRubric(catalogue, surface);
  const seriesSet = new SeriesSet();
  for (let bucket = at; bucket < at + day; bucket += bucketWidth) {
    const counts = countBucket(random, surface, bucket, cohorts);
    for (const [slice, increments] of counts) {
      for (const [column, value] of increments) {
        // As summariseCounts leaves it: distributions of the whole only.
        if (!isDistribution(column)) seriesSet.setValue('any', slice, column, bucket, value);
        if (slice.startsWith('c:')) {
          const before = seriesSet.column('any', '*', column).get(bucket) ?? 0;
          seriesSet.setValue('any', '*', column, bucket, before + value);
        }
      }
    }
    // One of twenty is judged.
    const judged = {
      at: bucket,
      state: 'judged',
      score: random.chance(0.95) ? 4 : 2,
      traceId: undefined,
    } as const;
    const verdict = {
      ...judged,
      pass: judged.score === 4,
      cohort: cohorts[random.integer(cohorts.length)],
      release,
    };
    for (const [slice, columns] of summariseVerdicts(rubric, [verdict]))
      for (const [column, values] of columns)
        for (const [start, value] of values) seriesSet.setValue('any', slice, column, start, value);
  }
  return seriesSet;
}

/** Stores days of every surface up to the day of `now`. @returns items and bytes that were written */
export async function storeDays(
  dynamo: DynamoDBClient,
  catalogue: Catalogue,
  days: number,
  now: number,
): Promise<{ items: number; bytes: number }> {
  const today = floorTo(now, day);
  let items = 0;
  let bytes = 0;
  await inParallel(catalogue.surfaces.slice(0, -1), 4, async (surface) => {
    const made = makeDay(catalogue, surface, today);
    const packed = new Map(
      [...made.slices('any').keys()].map((slice) => [slice, packJson(made.packDay('any', slice, today))]),
    );
    for (let back = 1; back <= days; back += 1) {
      const at = today - back * day;
      const batch = [...packed].map(([slice, columns]) => ({
        pk: rollupPartition(surface.surface),
        sk: rollupSortKey(at, slice),
        columns,
      }));
      await putAll(dynamo, tables.series, batch, { concurrency: 1 });
      items += batch.length;
    }
    bytes += [...packed.values()].reduce((sum, columns) => sum + days * columns.length, 0);
  });
  return { items, bytes };
}

/**
 * A minute's traffic of every surface: counters of the bucket under way, some verdicts, and the marks of their hours, as
 * sampler and judge leave them.
 */
export async function sendMinute(dynamo: DynamoDBClient, catalogue: Catalogue, at: number): Promise<void> {
  const random = createRandom(`minute ${at}`);
  const counters = createCounterStore(dynamo, tables.series);
  const journal = createVerdictJournal(dynamo, tables);
  const surfaces = catalogue.surfaces.slice(0, -1);
  const dirty: DirtyHour[] = [];
  const verdicts: Record<string, unknown>[] = [];
  const changes: VerdictChange[] = [];
  await inParallel(surfaces, 8, async (surface, index = surfaces.indexOf(surface)) => {
    const rubric = requireRubric(catalogue, surface);
    for (const [slice, increments] of countBucket(random, surface, at))
      await counters.add(countKey(surface.surface, at, slice), at, increments);
    const hour = hourKey(at);
    dirty.push({ of: 'counts', surface: surface.surface, hour });
    const item = {
      pk: judgementPartition(surface.surface, rubric, hour),
      sk: `bench-${at}-${index}#${judgeFingerprint(rubric)}#0`,
      responseId: `bench-${at}-${index}`,
      at,
      state: 'judged',
      score: 4,
      pass: true,
      probability: 0.05,
      cohort: twoCohorts[0],
      release,
    };
    verdicts.push(item);
    changes.push({
      hour: { of: 'verdicts', surface: surface.surface, hour, rubric },
      verdict: keyVerdict(parseJudgement(item)),
    });
  });
  await putAll(dynamo, tables.judgements, verdicts);
  await counters.markDirty(dirty, `stamp-${at}`);
  await journal.write(await journal.mark(changes, `stamp-${at}`), Date.now(), `stamp-${at}`);
}
