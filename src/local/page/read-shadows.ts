import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { recomputeHour } from '#adapters/dynamodb/recompute-hour.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import {
  type ShadowStanding,
  shadowedSurfaces,
  shadowStandings,
  shadowWindow,
} from '#core/report/shadow-standings.ts';
import type { ControlReading } from '#core/series/control.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { freezeAfter, hour, hourStart } from '#core/time.ts';

export interface ShadowSources {
  readonly catalogue: Catalogue;
  readonly series: SeriesStore;
  readonly judgements: Pick<JudgementStore, 'readHour'>;
  readonly ratings: Pick<RatingStore, 'readCalibrations'>;
}

/** Shadows beside the active versions: of stored days, and of the hours that are still open from their verdicts. */
export async function readShadows(
  { catalogue, series, judgements, ratings }: ShadowSources,
  { marks }: ControlReading,
  now: number,
): Promise<ShadowStanding[]> {
  const surfaces = shadowedSurfaces(catalogue);
  if (surfaces.length === 0) return [];
  const seriesSet = new SeriesSet();
  for (const surface of surfaces)
    for (const { day, slice, packed } of await series.readDays(surface, now - shadowWindow, now))
      if (slice === '*') seriesSet.unpackDay(surface, slice, day, packed);
  for (const { dirty } of marks) {
    const start = hourStart(dirty.hour);
    const isOpen = start <= now && start + hour + freezeAfter > now;
    if (isOpen && dirty.of === 'verdicts' && surfaces.includes(dirty.surface))
      await recomputeHour({ store: series, judgements }, seriesSet, dirty);
  }
  return shadowStandings(catalogue, seriesSet, await ratings.readCalibrations(), now);
}
