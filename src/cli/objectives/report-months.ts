import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { budgetDays, type MonthReading } from '#core/report/compose-report.ts';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { day } from '#core/time.ts';
import { evaluateSurface } from '#lambdas/slo-evaluator/evaluate-surface.ts';
import { loadSeriesSet } from '../target/load-series-set.ts';
import type { Target } from '../target/target.ts';

/**
 * Reads every SLO over 30 days, through the evaluator's own function: the stored days, and the hours that are still
 * open from their source. Nothing is written.
 */
export async function readMonths(target: Target, now: number): Promise<Map<string, MonthReading>> {
  const { catalogue, control, dynamo, tables } = target;
  const [seriesSet, calibrations] = await Promise.all([
    loadSeriesSet(target, {
      surfaces: catalogue.surfaces.map(({ surface }) => surface),
      from: now - budgetDays * day,
      to: now,
      slices: (slice) => slice === '*',
    }),
    control.calibrationStamp === '' ? [] : createRatingStore(dynamo, tables.ratings).readCalibrations(),
  ]);
  const measurer = new SloMeasurer(seriesSet);
  const months = new Map<string, MonthReading>();
  for (const surface of catalogue.surfaces) {
    const since = firstBucket(seriesSet, surface.surface);
    if (since === undefined) continue;
    // Only rates and budgets are wanted: without severities nothing is tested, and nothing can fire.
    const slos = surface.slos
      .filter(({ objective }) => objective !== null)
      .map((slo) => ({ ...slo, window: budgetDays * day, severities: [], rows: {} }));
    const { stored } = evaluateSurface({
      catalogue,
      surface: { ...surface, slos },
      seriesSet,
      measurer,
      control,
      calibrations,
      readAnchorStatus: () => ({ context: undefined, reading: undefined, countsFrom: undefined }),
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

function firstBucket(seriesSet: SeriesSet, surface: string): number | undefined {
  let first: number | undefined;
  for (const column of seriesSet.slices(surface).get('*')?.values() ?? [])
    for (const bucket of column.keys()) if (first === undefined || bucket < first) first = bucket;
  return first;
}
