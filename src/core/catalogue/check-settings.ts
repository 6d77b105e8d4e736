import { severities } from '../names.ts';
import { countsOf, takesSetting } from '../slo/definition/sli-kinds.ts';
import type { CatalogueFault } from './fault.ts';
import type { Policy, SloTemplate, SurfaceFile } from './surface-file.ts';

/** Stands for `slos/policy.yaml` where faults name a surface; no surface can have that name. */
export const policyFile = 'policy.yaml';

/** Its bound is in the SLI itself: a share of good events is not what it measures. */
function hasNoObjective({ sli }: SloTemplate): boolean {
  return countsOf(sli) === 'change';
}

/** Faults of the policy alone: settings that miss their template, or that nothing could ever act on. */
export function checkPolicy(policy: Policy): CatalogueFault[] {
  const faults: CatalogueFault[] = [];
  const fault = (path: CatalogueFault['path'], message: string) =>
    faults.push({ surface: policyFile, path, message });
  for (const [tier, { objectives, severities: wanted }] of Object.entries(policy.tiers)) {
    for (const id of Object.keys(objectives)) {
      const template = templateOf(policy, id);
      if (template === undefined) fault(['tiers', tier, 'objectives', id], unknownTemplate(policy, id));
      else if (hasNoObjective(template))
        fault(['tiers', tier, 'objectives', id], takesNoObjective(id, template));
    }
    for (const severity of wanted.filter((each) => policy.rows[each] === undefined))
      fault(
        ['tiers', tier, 'severities'],
        `tier ${tier} raises "${severity}", which has no row under "rows"; add one, or leave the severity out`,
      );
  }
  for (const [id, template] of Object.entries(policy.slos)) {
    if (template.objective !== undefined && hasNoObjective(template))
      fault(['slos', id, 'objective'], takesNoObjective(id, template));
    for (const severity of (template.severities ?? []).filter((each) => policy.rows[each] === undefined))
      fault(
        ['slos', id, 'severities'],
        `"${id}" raises "${severity}", which has no row under "rows"; add one, or leave the severity out`,
      );
  }
  return faults;
}

/** Faults of one SLO that a surface switches on: settings that have no effect, and ones that are missing. */
export function checkOverride(
  policy: Policy,
  file: SurfaceFile,
  id: string,
  template: SloTemplate,
  override: Exclude<SurfaceFile['slos'][string], 'on' | 'off'>,
): CatalogueFault[] {
  const faults: CatalogueFault[] = [];
  const fault = (key: readonly string[], message: string) =>
    faults.push({ surface: file.surface, path: ['slos', id, ...key], message });
  const { sli } = template;
  const tier = policy.tiers[file.tier];

  if (takesSetting(sli, 'feedback') && !file.feedback)
    fault(
      [],
      `"${id}" needs feedback records; set "feedback: true" once the application sends them, or switch it off`,
    );
  for (const key of ['atMost', 'atLeast'] as const) {
    if (override[key] !== undefined && !takesSetting(sli, 'bound'))
      fault([key], `"${id}" measures ${sli.kind}, which takes no "${key}"; remove it`);
  }
  if (
    takesSetting(sli, 'bound') &&
    (override.atMost ?? override.atLeast) === undefined &&
    !('atMost' in sli || 'atLeast' in sli)
  )
    fault([], `"${id}" has no bound; give "atMost" or "atLeast" here or in slos/policy.yaml`);
  if (override.rubric !== undefined && !takesSetting(sli, 'rubric'))
    fault(['rubric'], `"${id}" measures ${sli.kind}, which takes no "rubric"; remove it`);
  if (hasNoObjective(template)) {
    if (override.objective !== undefined) fault(['objective'], takesNoObjective(id, template));
  } else if ((override.objective ?? tier.objectives[id] ?? template.objective) === undefined) {
    fault([], `"${id}" has no objective; give one here, in its tier or in its template`);
  }
  const raised = template.informational
    ? []
    : (override.severities ?? template.severities ?? tier.severities);
  for (const severity of severities) {
    if (override.rows?.[severity] !== undefined && !raised.includes(severity))
      fault(
        ['rows', severity],
        `"${id}" raises no ${severity} here (tier ${file.tier} raises ${tier.severities.join(', ')}); remove the row, or name its severities`,
      );
  }
  return faults;
}

/** A template by its id, which may be the name of something that every object has. */
export function templateOf(policy: Policy, id: string): SloTemplate | undefined {
  return Object.hasOwn(policy.slos, id) ? policy.slos[id] : undefined;
}

/** There is no such template: which there are. */
export function unknownTemplate(policy: Policy, id: string): string {
  return `there is no SLO template "${id}" in slos/policy.yaml; known ones: ${Object.keys(policy.slos).join(', ')}`;
}

function takesNoObjective(id: string, { sli }: SloTemplate): string {
  return `"${id}" measures ${sli.kind}, whose bound stands in its "sli" and which takes no objective; remove it`;
}
