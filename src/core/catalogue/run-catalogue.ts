import type { Judge } from '../judges/judge.ts';
import { severities } from '../names.ts';
import { countsOf } from '../slo/definition/sli-kinds.ts';
import type { AlertRows, Slo } from '../slo/definition/slo.ts';
import { type Catalogue, defaultSurface, surfaceOf } from './catalogue.ts';
import { burnAt } from './compile.ts';

/** What a local run changes in the catalogue of the files. */
export interface RunOverrides {
  readonly sampleRate?: number | undefined;
  /** Replaces the objective of judge SLOs. */
  readonly objective?: number | undefined;
  /** Replaces the pass mark of every rubric that judges. */
  readonly passMark?: number | undefined;
  /** Nobody is paid: what the judge says was recorded before. */
  readonly isFree?: boolean | undefined;
}

/** Surfaces without a file get SLOs and alarms of their own up to this many; the others count under `default`. */
const maxUnlisted = 20;

/** A name that a surface file could carry: stacks and alarms are named after it. */
const surfaceName = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * The catalogue of a local run: the surfaces that its records name, and no others. A surface that has no file gets
 * the settings of `default` under its own name, so that its SLOs and alarms exist; where its name cannot be one, or
 * there are too many, its records count under `default`, as they would in a deployment.
 *
 * @returns the catalogue, and the surfaces that got settings without having a file
 */
export function runCatalogue(
  catalogue: Catalogue,
  seen: ReadonlySet<string>,
  { sampleRate, objective, passMark, isFree }: RunOverrides,
): { catalogue: Catalogue; unlisted: string[] } {
  const listed = new Set(catalogue.surfaces.map(({ surface }) => surface));
  const unlisted = [...seen]
    .filter((name) => !listed.has(name) && surfaceName.test(name))
    .sort()
    .slice(0, maxUnlisted);
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
    sampleRate: sampleRate ?? surface.sampleRate,
    slos: surface.slos.map((slo) =>
      countsOf(slo.sli) === 'verdicts' && objective !== undefined
        ? withObjective(catalogue, slo, objective)
        : slo,
    ),
  }));
  const rubrics =
    passMark === undefined ? catalogue.rubrics : catalogue.rubrics.map((rubric) => ({ ...rubric, passMark }));
  const changed = { ...catalogue, surfaces, rubrics };
  return { catalogue: isFree === true ? withFreeJudges(changed) : changed, unlisted };
}

/** A catalogue whose judges cost nothing: what they say was recorded before. */
export function withFreeJudges(catalogue: Catalogue): Catalogue {
  const judges = catalogue.judges?.map(withoutPrices);
  return { ...catalogue, ...(judges !== undefined && { judges }) };
}

function withoutPrices(judge: Judge): Judge {
  const standard = { input: 0, cachedInput: 0, cacheWrites: 0, output: 0 };
  return {
    ...judge,
    prices: { ...judge.prices, standard, ...(judge.prices.flex !== undefined && { flex: standard }) },
  };
}

/** The same SLO at another objective: rows that have the policy's burn get the policy's burn for that objective. */
function withObjective({ rows: policy }: Catalogue, slo: Slo, objective: number): Slo {
  const rows: AlertRows = {};
  for (const severity of severities) {
    const row = slo.rows[severity];
    const base = policy[severity];
    if (row === undefined) continue;
    const usual = base !== undefined && slo.objective !== null && row.burn === burnAt(base, slo.objective);
    rows[severity] = usual ? { ...row, burn: burnAt(base, objective) } : row;
  }
  return { ...slo, objective, rows };
}
