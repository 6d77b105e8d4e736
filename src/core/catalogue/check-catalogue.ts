import { faultsOfJudge, type JudgeFault, remarksOnJudge } from '../judges/find-judge.ts';
import type { Rubric } from '../rubric/rubric.ts';
import { checkRows } from '../slo/definition/check-rows.ts';
import { takesSetting } from '../slo/definition/sli-kinds.ts';
import { sloName } from '../slo/definition/slo.ts';
import { type Catalogue, rubricsOf, type Surface, sloRubric } from './catalogue.ts';
import type { CatalogueFault } from './fault.ts';

export interface CatalogueFindings {
  /** The catalogue must not be used: something in it could never work. */
  readonly faults: readonly CatalogueFault[];
  /** It works, though hardly as meant. */
  readonly warnings: readonly CatalogueFault[];
}

/** Most SLOs of a surface: a record counts in all of them by one write, and a stack holds no more alarms. */
export const maxSlosOfSurface = 100;

/** What only the whole catalogue shows: SLOs that nothing is judged for, alert rows that cannot fire or seldom speak. */
export function checkCatalogue(catalogue: Catalogue): CatalogueFindings {
  const { rubrics, judges = [] } = catalogue;
  const faults = rubrics.flatMap((rubric) => inJudgeOf(rubric, faultsOfJudge(judges, rubric)));
  const warnings = [
    ...unlistedSurfaces(catalogue),
    ...rubrics.flatMap((rubric) => inJudgeOf(rubric, remarksOnJudge(rubric))),
  ];
  for (const surface of catalogue.surfaces) {
    faults.push(...unjudgedSlos(catalogue, surface));
    if (surface.slos.length > maxSlosOfSurface)
      faults.push({
        surface: surface.surface,
        path: ['slos'],
        message: `wanted at most ${maxSlosOfSurface} SLOs of a surface, got ${surface.slos.length}: switch some off`,
      });
    for (const slo of surface.slos) {
      for (const { verdict, severity, message } of checkRows(slo, surface)) {
        const finding = { surface: surface.surface, path: ['slos', slo.id, 'rows', severity], message };
        (verdict === 'refused' ? faults : warnings).push(finding);
      }
    }
  }
  return { faults, warnings };
}

/** Places in the judge's section of a rubric's file. */
function inJudgeOf({ id, version }: Rubric, faults: readonly JudgeFault[]): CatalogueFault[] {
  const rubric = { id, version };
  return faults.map(({ path, message }) => ({ surface: '', rubric, path: ['judge', ...path], message }));
}

function unjudgedSlos(catalogue: Catalogue, { surface, slos }: Surface): CatalogueFault[] {
  return slos.flatMap((slo) => {
    if (!takesSetting(slo.sli, 'rubric')) return [];
    if (sloRubric(catalogue, slo) !== undefined) return [];
    const active = rubricsOf(catalogue, surface).filter(({ state }) => state === 'active');
    const known = active.length === 0 ? 'none' : active.map(({ id }) => `"${id}"`).join(', ');
    const named = 'rubric' in slo.sli ? slo.sli.rubric : undefined;
    const message =
      named === undefined
        ? `${sloName(slo)} has no rubric: none is active for this surface; set one to "active" with this surface or "any" under "surfaces"`
        : `${sloName(slo)} names the rubric "${named}", which is not active for this surface; active ones: ${known}`;
    return [{ surface, path: named === undefined ? ['slos', slo.id] : ['slos', slo.id, 'rubric'], message }];
  });
}

/** A rubric that names a surface without a file judges none of its records: they go to the default surface. */
function unlistedSurfaces(catalogue: Catalogue): CatalogueFault[] {
  const listed = new Set(catalogue.surfaces.map(({ surface }) => surface));
  return catalogue.rubrics.flatMap(({ id, version, state, surfaces }) => {
    if (state === 'retired' || surfaces === 'any') return [];
    return surfaces
      .filter((surface) => !listed.has(surface))
      .map((surface) => ({
        surface,
        rubric: { id, version },
        path: ['surfaces'],
        message: `there is no surface "${surface}" in slos/, so a deployment will not judge it by this rubric; add slos/${surface}.yaml, or mend the name (known: ${[...listed].join(', ')})`,
      }));
  });
}
