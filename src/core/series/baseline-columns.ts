import type { Slo } from '../slo/definition/slo.ts';

/**
 * Which columns of distributions the SLOs of a surface look back on: histograms for quantiles and medians, sums and
 * their counts for means. Of older days nothing else has to be read.
 */
export function baselineColumns(slos: readonly Pick<Slo, 'sli'>[]): (columnName: string) => boolean {
  const wanted = new Set<string>();
  for (const { sli } of slos) {
    if (!('field' in sli)) continue;
    if (sli.kind === 'quantile-change' || sli.kind === 'median-multiple') wanted.add(`h:${sli.field}`);
    if (sli.kind !== 'field') for (const part of ['s', 'c']) wanted.add(`${part}:${sli.field}`);
  }
  return (columnName) => wanted.has(columnName.split(':', 2).join(':'));
}
