import { type Catalogue, sloRubric } from '#core/catalogue/catalogue.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import type { OtherSurface } from './other-surfaces.ts';
import type { StoredSurface } from './slo-reading.ts';
import type { Evaluated, StoredOutcome } from './store-surfaces.ts';

/** Judges on whose word a warning stood after the tick before. */
export function findWarnedJudges(
  catalogue: Catalogue,
  previous: Readonly<Record<string, StoredSurface>>,
): ReadonlySet<string> {
  const warned = catalogue.surfaces.flatMap(({ surface, slos }) =>
    slos.flatMap((slo) => {
      const { state, cohorts } = previous[surface]?.[slo.id] ?? {};
      const isWarned = state?.warnedAt !== undefined || cohorts?.warnedAt !== undefined;
      const rubric = isWarned ? sloRubric(catalogue, slo) : undefined;
      return rubric === undefined ? [] : [presentJudgeName(rubric)];
    }),
  );
  return new Set(warned);
}

/** Judges whose anchors the warnings of all surfaces ask about; one whose state is not stored would ask anew at each tick. */
export function findAskedJudges(
  evaluated: readonly Evaluated[],
  stored: readonly StoredOutcome[],
  others: readonly OtherSurface[],
): ReadonlySet<string> {
  const lasting = new Set(stored.map(({ surface }) => surface));
  const own = evaluated.filter(({ surface }) => lasting.has(surface.surface));
  return new Set([...own, ...others].flatMap(({ totals }) => totals?.askedJudges ?? []));
}
