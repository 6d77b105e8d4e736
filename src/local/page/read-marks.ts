import { getAll } from '#adapters/dynamodb/batch-calls.ts';
import { toItem } from '#adapters/dynamodb/client.ts';
import { readIncidents, type SeriesTable } from '#adapters/dynamodb/operator-entries.ts';
import { unpackJson } from '#adapters/dynamodb/packed-json.ts';
import { queryAll } from '#adapters/dynamodb/query.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { type Catalogue, rubricsOf, sloRubric } from '#core/catalogue/catalogue.ts';
import { smallest } from '#core/extremes.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { rollupPartition, rollupSortKey } from '#core/series/keys.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { bucketWidth, day, dayKey, dayStart, hour } from '#core/time.ts';

/** Something that happened, to be drawn into a line. */
export interface Mark {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'release' | 'rubric' | 'incident' | 'calibration';
  /** `release 2026.11.2`, `helpfulness@2`, `incident of openai`, `checked by people`; names in it come from outside. */
  readonly text: string;
}

interface MarkQuery extends SeriesTable {
  readonly catalogue: Catalogue;
  readonly surface: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** What happened to a surface in a time: new releases, new rubric versions, incidents of providers. In order of time. */
export async function readMarks(query: MarkQuery): Promise<Mark[]> {
  const { from, to } = query;
  const [releases, rubrics, incidents] = await Promise.all([
    readReleases(query),
    readRubricChanges(query),
    readIncidents(query),
  ]);
  const ofIncidents = incidents.flatMap(({ provider, from: begins, to: ends }): Mark[] => [
    { at: begins, kind: 'incident', text: `incident of ${provider}` },
    ...(ends === null ? [] : [{ at: ends, kind: 'incident' as const, text: `incident of ${provider} over` }]),
  ]);
  return [...releases, ...rubrics, ...ofIncidents]
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at);
}

/** The newest versions of a calibration that are drawn. */
const mostCalibrations = 8;

/** When people's ratings came to correct an SLO's judge, or ceased to: its line may jump there. In order of time. */
export async function readCalibrationMarks(
  ratings: Pick<RatingStore, 'readHistories'>,
  catalogue: Catalogue,
  slo: Slo,
): Promise<Mark[]> {
  const rubric = slo.calibration === 'required' ? sloRubric(catalogue, slo) : undefined;
  if (rubric === undefined) return [];
  const histories = await ratings.readHistories(slo.surface, rubric.id, mostCalibrations);
  return histories
    .flat()
    .map(({ madeAt, state }): Mark => {
      const text = state === 'valid' ? 'checked by people' : `calibration ${state}`;
      return { at: madeAt, kind: 'calibration', text };
    })
    .sort((a, b) => a.at - b.at);
}

/** A line with more marks than this shows nothing but marks. */
const mostReleases = 20;

/**
 * When releases of a surface were first seen, from the roll-ups: so a release appears when its first hour is over.
 * Those that were there from the beginning are no news.
 */
async function readReleases({ dynamo, table, surface, from, to }: MarkQuery): Promise<Mark[]> {
  const pk = rollupPartition(surface);
  const firstDays = new Map<string, string>();
  const days = await queryAll(dynamo, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ProjectionExpression: 'sk',
    ExpressionAttributeValues: toItem({ ':pk': pk, ':from': dayKey(from), ':to': `${dayKey(to)}$` }),
  });
  for (const { sk } of days) {
    const slice = String(sk).slice(11);
    if (slice.startsWith('r:') && !firstDays.has(slice)) firstDays.set(slice, String(sk));
  }
  const newest = [...firstDays.values()].sort().slice(-mostReleases);
  const marks: Mark[] = [];
  for (const { sk, columns } of await getAll(
    dynamo,
    table,
    newest.map((sort) => ({ pk, sk: sort })),
  )) {
    const packed = unpackJson<PackedDay>(columns);
    const buckets = (packed.n ?? []).map(([bucket]) => bucket);
    if (buckets.length === 0) continue;
    const at = dayStart(String(sk).slice(0, 10)) + smallest(buckets) * bucketWidth;
    marks.push({ at, kind: 'release', text: `release ${String(sk).slice(13)}` });
  }
  marks.sort((a, b) => a.at - b.at);
  const beginning = marks[0]?.at ?? 0;
  return marks.filter(({ at }) => at > beginning + hour);
}

/** First verdicts of a rubric version after another one's, from the roll-ups of whole days. */
async function readRubricChanges({
  dynamo,
  table,
  catalogue,
  surface,
  from,
  to,
}: MarkQuery): Promise<Mark[]> {
  const versions = catalogue.rubrics.filter(({ id }) =>
    rubricsOf(catalogue, surface).some((own) => own.id === id),
  );
  const several = versions.filter(({ id }) => versions.filter((other) => other.id === id).length > 1);
  if (several.length === 0) return [];
  const days = Array.from({ length: Math.ceil((to - from) / day) + 1 }, (_, index) => ({
    pk: rollupPartition(surface),
    sk: rollupSortKey(from + index * day, '*'),
  }));
  const firsts = new Map<string, number>();
  for (const { sk, columns } of await getAll(dynamo, table, days)) {
    const packed = unpackJson<PackedDay>(columns);
    for (const rubric of several) {
      const buckets = (packed[verdictColumn(rubric, 'judged')] ?? []).map(([bucket]) => bucket);
      if (buckets.length === 0) continue;
      const at = dayStart(String(sk).slice(0, 10)) + smallest(buckets) * bucketWidth;
      firsts.set(rubricName(rubric), Math.min(at, firsts.get(rubricName(rubric)) ?? at));
    }
  }
  const beginning = smallest(firsts.values());
  return [...firsts]
    .filter(([, at]) => at > beginning)
    .map(([text, at]): Mark => ({ at, kind: 'rubric', text }));
}
