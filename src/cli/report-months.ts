import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { inParallel } from '#adapters/sqs/queue.ts';
import { budgetDays, type MonthReading } from '#core/report/compose-report.ts';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import { SeriesBook, verdictSource } from '#core/series/series-book.ts';
import { summariseCounts, summariseVerdicts } from '#core/series/summarise-hour.ts';
import { sloName } from '#core/slo/slo.ts';
import { day, freezeAfter, hour, hourStart } from '#core/time.ts';
import { evaluateSurface } from '#lambdas/slo-evaluator/evaluate-surface.ts';
import type { ReportSource } from './report-source.ts';

/** DynamoDB reads under way at once. */
const width = 8;

/**
 * Reads every SLO over 30 days, through the evaluator's own function: the stored days, and the hours that are still
 * open from their source. Nothing is written.
 */
export async function readMonths(source: ReportSource, now: number): Promise<Map<string, MonthReading>> {
  const { catalogue, control, dynamo, tables } = source;
  const [book, calibrations] = await Promise.all([
    readBook(source, now),
    control.calibrationStamp === '' ? [] : createRatingStore(dynamo, tables.ratings).readCalibrations(),
  ]);
  const measurer = new SloMeasurer(book);
  const months = new Map<string, MonthReading>();
  for (const surface of catalogue.surfaces) {
    const since = firstBucket(book, surface.surface);
    if (since === undefined) continue;
    // Only rates and budgets are wanted: without severities nothing is tested, and nothing can fire.
    const slos = surface.slos
      .filter(({ objective }) => objective !== null)
      .map((slo) => ({ ...slo, window: budgetDays * day, severities: [], rows: {} }));
    const { stored } = evaluateSurface({
      catalogue,
      surface: { ...surface, slos },
      book,
      measurer,
      control,
      calibrations,
      previous: {},
      now,
    });
    for (const slo of slos) {
      const reading = stored[slo.id]?.reading;
      if (reading !== undefined) months.set(sloName(slo), { reading, since });
    }
  }
  return months;
}

async function readBook(
  { catalogue, store, control, dynamo, tables }: ReportSource,
  now: number,
): Promise<SeriesBook> {
  const book = new SeriesBook();
  await inParallel([...catalogue.surfaces], width, async ({ surface }) => {
    for (const { day: key, slice, packed } of await store.readDays(surface, now - budgetDays * day, now))
      if (slice === '*') book.unpackDay(surface, slice, key, packed);
  });
  const judgements = createJudgementStore(dynamo, tables.judgements, catalogue.retention);
  const open = control.marks.filter(({ dirty }) => hourStart(dirty.hour) + hour + freezeAfter > now);
  await inParallel(open, width, async ({ dirty }) => {
    if (dirty.of === 'counts') {
      const items = await store.readCounts(dirty.surface, dirty.hour);
      book.replaceHour(dirty.surface, 'counts', dirty.hour, summariseCounts(dirty.hour, items));
      return;
    }
    const verdicts = await judgements.readHour(dirty.surface, dirty.rubric, dirty.hour);
    book.replaceHour(
      dirty.surface,
      verdictSource(dirty.rubric),
      dirty.hour,
      summariseVerdicts(dirty.rubric, verdicts),
    );
  });
  return book;
}

function firstBucket(book: SeriesBook, surface: string): number | undefined {
  let first: number | undefined;
  for (const column of book.slices(surface).get('*')?.values() ?? [])
    for (const bucket of column.keys()) if (first === undefined || bucket < first) first = bucket;
  return first;
}
