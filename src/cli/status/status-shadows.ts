import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { countOf } from '#core/count-of.ts';
import {
  type ShadowStanding,
  shadowedSurfaces,
  shadowStandings,
  shadowWindow,
  type VersionStanding,
} from '#core/report/shadow-standings.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import { loadSeriesSet } from '../target/load-series-set.ts';
import type { Target } from '../target/target.ts';
import { isoMinute } from '../terminal/instant.ts';
import { formatShare } from '../terminal/percent.ts';

/** Shadows beside the active versions, where there are any. */
export async function readShadows(target: Target): Promise<ShadowStanding[]> {
  const { catalogue, evaluatedAt, dynamo, tables } = target;
  const surfaces = shadowedSurfaces(catalogue);
  if (surfaces.length === 0 || evaluatedAt === undefined) return [];
  const [seriesSet, calibrations] = await Promise.all([
    loadSeriesSet(target, {
      surfaces,
      from: evaluatedAt - shadowWindow,
      to: evaluatedAt,
      slices: (slice) => slice === '*',
    }),
    createRatingStore(dynamo, tables.ratings).readCalibrations(),
  ]);
  return shadowStandings(catalogue, seriesSet, calibrations, evaluatedAt);
}

/** Side by side, two lines a pair. */
export function describeShadows(shadows: readonly ShadowStanding[]): string {
  if (shadows.length === 0) return '';
  return [
    'Shadows, each beside the active version over the time that both judged:',
    ...shadows.map(describePair),
  ].join('\n');
}

function describePair({ surface, from, to, active, shadow }: ShadowStanding): string {
  if (from === to) return `  ${surface}: ${shadow.rubric} has judged nothing yet`;
  return [
    `  ${surface}, since ${isoMinute(from)}:`,
    `    ${describeVersion(active)}`,
    `    ${describeVersion(shadow)} (shadow)`,
  ].join('\n');
}

function describeVersion({
  rubric,
  model,
  judged,
  passRate,
  calibration,
  weightedKappa,
}: VersionStanding): string {
  const passes =
    passRate === null ? 'no verdict' : `passes ${formatShare(passRate)} of ${formatNumber(judged)}`;
  const kappa = weightedKappa === null ? '' : `, kappa with people ${weightedKappa.toFixed(2)}`;
  const rated =
    calibration === null
      ? 'not rated'
      : `calibration ${calibration.state}, ${countOf(calibration.ratings, 'rating')}${kappa}`;
  return `${rubric} by ${model}: ${passes}; ${rated}`;
}
