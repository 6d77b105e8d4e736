import { csvLine } from '#core/rating/csv-writer.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { isIn } from '#core/triage/triage.ts';
import type { TriageWork } from './triage-slo.ts';

/** Buckets of the period in order of time; the whole is the slice `*`. */
export function seriesCsv({ triage, series }: TriageWork, slo: Slo): string {
  const lines = [csvLine(['at', 'slo', 'surface', 'dimension', 'slice', 'good', 'total'])];
  const all = [
    { dimension: '', name: '*', series: series.whole },
    ...series.slices.flatMap(({ dimension, series: slices }) =>
      [...slices].map(([name, each]) => ({ dimension, name, series: each })),
    ),
  ];
  for (const { dimension, name, series: each } of all)
    for (const { at, good, total } of each.buckets())
      if (isIn(at, triage.searched))
        lines.push(csvLine([new Date(at).toISOString(), slo.id, slo.surface, dimension, name, good, total]));
  return `${lines.join('\n')}\n`;
}

/** The verdicts that were read, without texts. */
export function verdictsCsv({ triage, verdicts, rubric }: TriageWork): string {
  const criteria = rubric?.criteria.map(({ id }) => id) ?? [];
  const lines = [
    csvLine([
      'at',
      'slo',
      'stretch',
      'response_id',
      'score',
      'pass',
      'release',
      'model',
      'cohort',
      ...criteria,
    ]),
  ];
  for (const verdict of verdicts) {
    const isBefore = triage.comparison !== null && isIn(verdict.at, triage.comparison.before);
    lines.push(
      csvLine([
        new Date(verdict.at).toISOString(),
        triage.slo,
        isBefore ? 'before' : 'since',
        verdict.responseId,
        verdict.score ?? '',
        verdict.pass === true ? 'true' : 'false',
        verdict.release ?? '',
        verdict.model ?? '',
        verdict.cohort ?? '',
        ...criteria.map((id) => verdict.criteria[id] ?? ''),
      ]),
    );
  }
  return `${lines.join('\n')}\n`;
}
