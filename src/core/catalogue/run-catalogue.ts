import { type Catalogue, defaultSurface, surfaceOf } from './catalogue.ts';

/** What a local run changes in the catalogue of the files. */
export interface RunOverrides {
  readonly sampleRate?: number | undefined;
  /** Replaces the objective of judge SLOs. */
  readonly objective?: number | undefined;
  /** Replaces the pass mark of every rubric that judges. */
  readonly passMark?: number | undefined;
}

/**
 * The catalogue of a local run: the surfaces that its records name, and no others. A surface that has no file gets
 * the settings of `default` under its own name, so that its SLOs and alarms exist.
 *
 * @returns the catalogue, and the surfaces that had no file
 */
export function runCatalogue(
  catalogue: Catalogue,
  seen: ReadonlySet<string>,
  overrides: RunOverrides,
): { catalogue: Catalogue; unlisted: string[] } {
  const listed = new Set(catalogue.surfaces.map(({ surface }) => surface));
  const unlisted = [...seen].filter((name) => !listed.has(name)).sort();
  const template = surfaceOf(catalogue, defaultSurface);
  const surfaces = [
    ...catalogue.surfaces.filter(({ surface }) => seen.has(surface) || surface === defaultSurface),
    ...unlisted.map((surface) => ({
      ...template,
      surface,
      title: surface,
      slos: template.slos.map((slo) => ({ ...slo, surface })),
    })),
  ].map((surface) => ({
    ...surface,
    sampleRate: overrides.sampleRate ?? surface.sampleRate,
    slos: surface.slos.map((slo) =>
      slo.sli.kind === 'judge-pass' && overrides.objective !== undefined
        ? { ...slo, objective: overrides.objective }
        : slo,
    ),
  }));
  const passMark = overrides.passMark;
  const rubrics =
    passMark === undefined ? catalogue.rubrics : catalogue.rubrics.map((rubric) => ({ ...rubric, passMark }));
  return { catalogue: { ...catalogue, surfaces, rubrics }, unlisted };
}
