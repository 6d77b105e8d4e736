import { type Catalogue, sloRubric } from '#core/catalogue/catalogue.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import type { StoredSurface } from './slo-reading.ts';

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
