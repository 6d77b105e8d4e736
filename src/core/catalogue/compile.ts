import type { Judge } from '../judges/judge.ts';
import { type Severity, severities } from '../names.ts';
import { faultOfPattern, faultOfPatterns } from '../redaction/custom-pattern.ts';
import { type Redaction, redactBuiltins, redactNothing } from '../redaction/redact.ts';
import type { Rubric } from '../rubric/rubric.ts';
import type { Sli } from '../slo/definition/sli.ts';
import { countsOf, takesSetting } from '../slo/definition/sli-kinds.ts';
import { type AlertRows, type Slo, sloName } from '../slo/definition/slo.ts';
import { type Catalogue, defaultSurface, type Surface } from './catalogue.ts';
import { checkCatalogue } from './check-catalogue.ts';
import { checkOverride, checkPolicy, templateOf, unknownTemplate } from './check-settings.ts';
import type { CatalogueFault } from './fault.ts';
import { type Policy, type SloTemplate, type SurfaceFile, usualZoom } from './surface-file.ts';

export type Compilation =
  | { readonly ok: true; readonly catalogue: Catalogue; readonly warnings: readonly CatalogueFault[] }
  | { readonly ok: false; readonly faults: readonly CatalogueFault[] };

/**
 * Makes the catalogue of the policy, the surfaces, the rubrics and their judges: templates, tiers and overrides become whole SLOs.
 */
export function compileCatalogue(
  policy: Policy,
  files: readonly SurfaceFile[],
  rubrics: readonly Rubric[],
  judges: readonly Judge[],
): Compilation {
  const faults: CatalogueFault[] = checkPolicy(policy);
  const surfaces = files.map((file) => compileSurface(policy, file, faults));
  if (!files.some(({ surface }) => surface === defaultSurface)) {
    faults.push({
      surface: defaultSurface,
      path: [],
      message: 'slos/default.yaml is missing; it takes the records of surfaces that are not listed',
    });
  }
  for (const surface of duplicates(files.map((file) => file.surface))) {
    faults.push({
      surface,
      path: ['surface'],
      message: `surface "${surface}" stands in two files; keep one`,
    });
  }
  if (faults.length > 0) return { ok: false, faults };
  const { spendingCapUsdPerDay, retention, maxCohorts, rows } = policy;
  const catalogue: Catalogue = {
    surfaces,
    rubrics,
    judges,
    spendingCapUsdPerDay,
    zoomShare: (policy.zoom ?? usualZoom).share,
    retention,
    maxCohorts,
    rows,
  };
  const findings = checkCatalogue(catalogue);
  if (findings.faults.length > 0) return { ok: false, faults: findings.faults };
  return { ok: true, catalogue, warnings: findings.warnings };
}

function compileSurface(policy: Policy, file: SurfaceFile, faults: CatalogueFault[]): Surface {
  const slos: Slo[] = [];
  for (const [id, choice] of Object.entries(file.slos)) {
    const template = templateOf(policy, id);
    if (template === undefined) {
      faults.push({ surface: file.surface, path: ['slos', id], message: unknownTemplate(policy, id) });
      continue;
    }
    if (choice === 'off') continue;
    const override = choice === 'on' ? {} : choice;
    faults.push(...checkOverride(policy, file, id, template, override));
    slos.push(compileSlo(policy, file, id, template, override));
  }
  const { surface, title = surface, owner, tier, sampleRate, expectedPerDay, feedback } = file;
  const redaction = compileRedactionSetting(file, faults);
  const zoom = { most: file.zoom?.most ?? (policy.zoom ?? usualZoom).most };
  return { surface, title, owner, tier, sampleRate, zoom, expectedPerDay, feedback, redaction, slos };
}

function compileRedactionSetting({ surface, redaction }: SurfaceFile, faults: CatalogueFault[]): Redaction {
  if (typeof redaction === 'string') return redaction === 'on' ? redactBuiltins : redactNothing;
  const usable = redaction.custom.filter((custom, index) => {
    const path = ['redaction', 'custom', index];
    const fault = faultOfPattern(custom);
    if (fault !== undefined) faults.push({ surface, path, message: `pattern "${custom.name}" ${fault}` });
    return fault === undefined;
  });
  const together = faultOfPatterns(usable);
  if (together !== undefined) faults.push({ surface, path: ['redaction', 'custom'], message: together });
  for (const name of duplicates(redaction.custom.map(({ name }) => name)))
    faults.push({
      surface,
      path: ['redaction', 'custom'],
      message: `two patterns have the name "${name}"; rename one`,
    });
  return redaction;
}

type Override = Exclude<SurfaceFile['slos'][string], 'on' | 'off'>;

function compileSlo(
  policy: Policy,
  file: SurfaceFile,
  id: string,
  template: SloTemplate,
  override: Override,
): Slo {
  const tier = policy.tiers[file.tier];
  const objective = override.objective ?? tier.objectives[id] ?? template.objective ?? null;
  const wanted = template.informational
    ? []
    : (override.severities ?? template.severities ?? tier.severities);
  const chosen = severities.filter((severity) => wanted.includes(severity));
  const { atMost, atLeast, rubric } = override;
  const takesBound = takesSetting(template.sli, 'bound');
  const sli = {
    ...template.sli,
    ...(takesBound && atMost !== undefined && { atMost }),
    ...(takesBound && atLeast !== undefined && { atLeast }),
    ...(takesSetting(template.sli, 'rubric') && rubric !== undefined && { rubric }),
  } as Sli;
  return {
    id,
    surface: file.surface,
    title: template.title,
    category: template.category,
    headline: override.headline ?? template.headline,
    sli,
    objective,
    window: override.window ?? template.window,
    tier: file.tier,
    owner: override.owner ?? file.owner,
    severities: chosen,
    rows:
      countsOf(sli) === 'ratings'
        ? compileRatedRows(policy, chosen, objective, override, override.window ?? template.window)
        : compileRows(policy, chosen, objective, override),
    calibration: template.calibration,
    runbook: `${policy.runbook}#${id}`,
  };
}

/** The burn rate of a row. At 95% and under burn cannot grow large, so the lenient bounds hold there. */
export function burnAt({ burn }: NonNullable<Policy['rows'][Severity]>, objective: number): number {
  return objective > 0.95 ? burn.strict : burn.lenient;
}

/** Rows of a ratio SLO. */
function compileRows(
  policy: Policy,
  chosen: readonly Severity[],
  objective: number | null,
  override: Override,
): AlertRows {
  const rows: AlertRows = {};
  if (objective === null) return rows;
  for (const severity of chosen) {
    const base = policy.rows[severity];
    if (base === undefined) continue;
    const changed = override.rows?.[severity] ?? {};
    rows[severity] = {
      long: changed.long ?? base.long,
      short: changed.short ?? base.short,
      burn: changed.burn ?? burnAt(base, objective),
      detector: base.detector,
      ...((changed.spent ?? base.spent) !== undefined && { spent: changed.spent ?? base.spent }),
    };
  }
  return rows;
}

/**
 * Rows of what people rate: ratings come in by the day and not by the hour, so that each row looks at the whole window
 * and at no short one, and no detector counts along. What the surface sets itself stands.
 */
function compileRatedRows(
  policy: Policy,
  chosen: readonly Severity[],
  objective: number | null,
  override: Override,
  window: number,
): AlertRows {
  const rows: AlertRows = {};
  for (const [severity, row] of Object.entries(compileRows(policy, chosen, objective, override))) {
    const changed = override.rows?.[severity as Severity] ?? {};
    rows[severity as Severity] = { long: changed.long ?? window, short: changed.short, burn: row.burn };
  }
  return rows;
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** An SLO by its name `surface/id`, or by its id alone where only one surface has it. */
export function findSlo(catalogue: Catalogue, name: string): Slo | undefined {
  const all = catalogue.surfaces.flatMap(({ slos }) => slos);
  const exact = all.find((slo) => sloName(slo) === name);
  if (exact !== undefined) return exact;
  const byId = all.filter(({ id }) => id === name);
  return byId.length === 1 ? byId[0] : undefined;
}
