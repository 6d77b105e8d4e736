import { type Catalogue, rubricsOf, type Surface } from '#core/catalogue/catalogue.ts';
import { countOf } from '#core/count-of.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { formatDuration, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { formatTable } from '../terminal/table.ts';

/** Surfaces and SLOs as tables. */
export function formatCatalogue(catalogue: Catalogue): string {
  const { surfaces } = catalogue;
  const slos = surfaces.flatMap((surface) => surface.slos);
  return [
    formatTable([
      ['Surface', 'tier', 'responses a day', 'judged', 'rubrics', 'owner'],
      ...surfaces.map((surface) => surfaceRow(catalogue, surface)),
    ]),
    '',
    formatTable([['SLO', 'objective', 'window', 'alarms'], ...slos.map(sloRow)]),
    '',
    `${countOf(surfaces.length, 'surface')} and ${countOf(slos.length, 'SLO')} in order. The judge may spend $${catalogue.spendingCapUsdPerDay} a day.`,
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
