import type { CountSeries } from '#core/slo/rules/count-series.ts';
import type { DimensionName, SliceCounts } from '#core/triage/carriers.ts';
import { providerSeries, type SliSeries } from '#core/triage/sli-series.ts';
import { type Comparison, countSlices } from '#core/triage/triage.ts';
import type { ReadVerdicts } from './triage-verdicts.ts';

/** Good and all events of each slice of a dimension, before and after. */
export interface Cut {
  readonly dimension: DimensionName;
  readonly slices: SliceCounts[];
}

/** The dimensions that a fall can be cut by, and those of which nothing is stored. */
export function cutsOf(
  series: SliSeries,
  comparison: Comparison,
  read: ReadVerdicts | undefined,
  providers: ReadonlyMap<string, CountSeries>,
): { cuts: Cut[]; notCut: DimensionName[] } {
  const fromSeries = (slices: ReadonlyMap<string, CountSeries>): SliceCounts[] =>
    [...slices].map(([name, each]) => ({
      name,
      before: each.usual(comparison.before.from, comparison.before.to),
      after: each.usual(comparison.after.from, comparison.after.to),
    }));
  const cuts: Cut[] =
    read === undefined
      ? series.slices.map((cut) => ({ dimension: cut.dimension, slices: fromSeries(cut.series) }))
      : (['release', 'model', 'cohort'] as const).map((dimension) => ({
          dimension,
          slices: countSlices(read.verdicts, (verdict) => verdict[dimension], comparison),
        }));
  if (providers.size > 0 && !cuts.some(({ dimension }) => dimension === 'provider'))
    cuts.push({ dimension: 'provider', slices: fromSeries(providers) });
  const labelled = cuts.filter(({ slices }) => slices.some(({ name }) => name !== '(none)'));
  const all: DimensionName[] = ['release', 'model', 'cohort', 'provider'];
  return {
    cuts: labelled,
    notCut: all.filter((name) => !labelled.some(({ dimension }) => dimension === name)),
  };
}

/** Attempts at providers tell of failures and waits, not of what an answer says or costs. */
export function providersOf(
  input: Parameters<typeof providerSeries>[0],
  series: SliSeries,
): Map<string, CountSeries> {
  const { kind } = input.slo.sli;
  const isCut = series.slices.some(({ dimension }) => dimension === 'provider');
  return kind === 'success' && !isCut ? providerSeries(input) : new Map();
}
