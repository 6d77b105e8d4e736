import type { Rubric } from '#core/rubric/rubric.ts';
import { noCohort } from '#core/series/keys.ts';
import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import type { Cohort } from '#core/slo/alarms/evaluate-worst-cohort.ts';
import { isSliced } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { CountSeries } from '#core/slo/rules/count-series.ts';
import type { Measurement } from '#core/slo/rules/measurement.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { day } from '#core/time.ts';
import type { SurfaceInput } from './surface-input.ts';

/** What is watched of a surface's cohorts and releases, and a word to people where that is not all of them. */
export interface WatchedCohorts {
  readonly cohorts: ReadonlyMap<string, Cohort>;
  readonly note?: string;
}

/** A release without events for so long, while others have some, is dead: it would only raise their threshold. */
const releaseLives = day;

/**
 * Cohorts and releases with events in the longest window that counts, but for releases that are dead, at most the
 * policy's number of them. One cohort alone, or one release alone, is the whole again and not watched.
 *
 * @param calibration the surface's own, which is lent to each
 * @param whole what the tick measured of all of them
 */
export function findCohorts(
  { seriesSet, catalogue, measurer, now }: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
  calibration: SloCalibration | undefined,
  whole: Measurement,
): WatchedCohorts {
  if (!isSliced(slo.sli)) return { cohorts: new Map() };
  const longest = Math.max(slo.window, ...Object.values(slo.rows).map((row) => row?.long ?? 0));
  const borrowed = calibration === undefined ? undefined : { ...calibration, borrowed: true };
  const lately = (series: CountSeries) => series.window(now, releaseLives).total;
  // Through a night or a weekend without traffic all stays as it is.
  const isAwake = whole.kind === 'counts' && lately(whole.series) > 0;
  const found = { cohort: [] as FoundSlice[], release: [] as FoundSlice[] };
  for (const slice of seriesSet.slices(slo.surface).keys()) {
    if (slice === '*' || slice === `c:${noCohort}`) continue;
    const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, undefined, now), slice);
    if (measurement.kind !== 'counts') continue;
    const { series } = measurement;
    const events = series.window(now, longest).total;
    if (events === 0) continue;
    const kind = slice.startsWith('r:') ? 'release' : 'cohort';
    if (kind === 'release' && isAwake && lately(series) === 0) continue;
    found[kind].push({
      name: `${kind} ${slice.slice(2)}`,
      cohort: { series, calibration: borrowed },
      events,
    });
  }
  const several = Object.values(found)
    .filter(({ length }) => length > 1)
    .flat()
    .sort((a, b) => b.events - a.events);
  const watched = several.slice(0, catalogue.maxCohorts);
  const left = several.length - watched.length;
  return {
    cohorts: new Map(watched.map(({ name, cohort }) => [name, cohort])),
    ...(left > 0 && {
      note: `Surface "${slo.surface}" has ${several.length} cohorts and releases, and at most ${catalogue.maxCohorts} are watched (maxCohorts in slos/policy.yaml): the ${left} with the fewest events are left out. Send fewer cohort values, or raise the cap.`,
    }),
  };
}

interface FoundSlice {
  /** `cohort eu`, `release v42`. */
  readonly name: string;
  readonly cohort: Cohort;
  readonly events: number;
}
