import { checkCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import { type Catalogue, rubricsOf, type Surface } from '#core/catalogue/catalogue.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { formatDuration, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { table } from '../terminal/output.ts';

/** Prints the SLOs that the files make, or every fault with its place. Warnings go to stderr and fail nothing. */
export async function checkSlos(root: string, { json = false }: { json?: boolean }): Promise<void> {
  const check = await checkCatalogueFiles(root);
  if (!check.ok) process.exitCode = 1;
  if (json) {
    const found = check.ok
      ? { ok: true, faults: [], warnings: check.warnings, surfaces: check.catalogue.surfaces }
      : { ok: false, faults: check.faults, warnings: [], surfaces: [] };
    console.log(JSON.stringify(found, null, 2));
  } else if (check.ok) {
    for (const warning of check.warnings) console.error(`Warning: ${formatFault(warning)}`);
    console.log(summary(check.catalogue));
  } else {
    console.error(check.faults.map(formatFault).join('\n'));
  }
}

function summary(catalogue: Catalogue): string {
  const { surfaces } = catalogue;
  const slos = surfaces.flatMap((surface) => surface.slos);
  return [
    table([
      ['Surface', 'tier', 'responses a day', 'judged', 'rubrics', 'owner'],
      ...surfaces.map((surface) => surfaceRow(catalogue, surface)),
    ]),
    '',
    table([['SLO', 'objective', 'window', 'alarms'], ...slos.map(sloRow)]),
    '',
    `${surfaces.length} surfaces and ${slos.length} SLOs in order. The judge may spend $${catalogue.spendingCapUsdPerDay} a day.`,
  ].join('\n');
}

function surfaceRow(catalogue: Catalogue, surface: Surface): string[] {
  const { sampleRate, expectedPerDay } = surface;
  const rubrics = rubricsOf(catalogue, surface.surface);
  return [
    surface.surface,
    String(surface.tier),
    formatNumber(expectedPerDay),
    `${formatNumber(expectedPerDay * sampleRate)} (${formatPercent(sampleRate)})`,
    rubrics.map((rubric) => rubricName(rubric) + (rubric.state === 'shadow' ? ' (shadow)' : '')).join(', ') ||
      '-',
    surface.owner,
  ];
}

function sloRow(slo: Slo): string[] {
  return [
    sloName(slo),
    slo.objective === null ? 'a change' : formatPercent(slo.objective),
    formatDuration(slo.window),
    slo.severities.join(', ') || 'none (shown only)',
  ];
}
