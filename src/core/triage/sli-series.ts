import type { Rubric } from '../rubric/rubric.ts';
import type { Slice } from '../series/keys.ts';
import type { SloMeasurer } from '../series/measure-slo.ts';
import type { Columns, SeriesSet } from '../series/series-set.ts';
import { baselinePeriod } from '../slo/alarms/baseline.ts';
import type { Field } from '../slo/definition/field.ts';
import { formatQuantity } from '../slo/definition/field.ts';
import type { SlicedSli } from '../slo/definition/sli-kinds.ts';
import type { Slo } from '../slo/definition/slo.ts';
import { type Bucket, buildSeries, type CountSeries } from '../slo/rules/count-series.ts';
import { formatShare } from '../slo/words/format.ts';
import { binMiddle, histogramOfBins, histogramQuantile } from '../statistics/log-histogram.ts';
import { unnamed } from './triage.ts';

/** An SLO's good events out of all, of the whole and of the slices that are stored of it. */
export interface SliSeries {
  readonly whole: CountSeries;
  readonly slices: {
    readonly dimension: 'release' | 'cohort' | 'provider';
    readonly series: ReadonlyMap<string, CountSeries>;
  }[];
  /** What is counted where the SLI is no share of good events; null where it is. */
  readonly proxy: string | null;
}

export interface SliSeriesInput {
  readonly slo: Slo;
  readonly rubric: Rubric | undefined;
  readonly seriesSet: SeriesSet;
  readonly measurer: SloMeasurer;
  readonly now: number;
}

/** Counts that tell of an SLO; undefined for one that people's ratings make, for those are too few to have a time. */
export function sliSeries(input: SliSeriesInput): SliSeries | undefined {
  const { slo, seriesSet } = input;
  switch (slo.sli.kind) {
    case 'human-pass':
      return undefined;
    case 'provider-success': {
      const providers = providerSeries(input);
      return {
        whole: buildSeries([...providers.values()].flatMap((series) => [...series.buckets()])),
        slices: [{ dimension: 'provider', series: providers }],
        proxy: null,
      };
    }
    case 'refusal-change': {
      const proxy = 'the share of responses that were not refusals';
      return { ...sliced(input, refusalSeries), proxy };
    }
    case 'quantile-change': {
      const { field, quantile, times } = slo.sli;
      const usual = quantileOf(seriesSet, slo.surface, field, quantile);
      const limit = usual * times;
      return {
        whole: underSeries(seriesSet.slices(slo.surface).get('*'), field, limit),
        slices: [],
        proxy: `the share of responses at or under ${formatQuantity(field, round(limit))}, ${times} times the period's ${formatShare(quantile)} quantile`,
      };
    }
    case 'mean-change': {
      const { field } = slo.sli;
      const limit = quantileOf(seriesSet, slo.surface, field, 0.5);
      return {
        whole: underSeries(seriesSet.slices(slo.surface).get('*'), field, limit),
        slices: [],
        proxy: `the share of responses at or under ${formatQuantity(field, round(limit))}, the period's median`,
      };
    }
    case 'median-multiple':
      return { whole: measured(input, '*'), slices: [], proxy: null };
    default:
      slo.sli satisfies SlicedSli;
      return { ...sliced(input, measured), proxy: null };
  }
}

/** Attempts at each provider: their own success, whatever the SLO counts. */
export function providerSeries({ slo, seriesSet, measurer, now }: SliSeriesInput): Map<string, CountSeries> {
  const names = [...(seriesSet.slices(slo.surface).get('*')?.keys() ?? [])]
    .filter((name) => name.startsWith('pt:'))
    .map((name) => name.slice(3));
  return new Map(names.map((name) => [name, measurer.provider(slo, name, now)]));
}

function sliced(
  input: SliSeriesInput,
  seriesOf: (input: SliSeriesInput, slice: Slice) => CountSeries,
): Pick<SliSeries, 'whole' | 'slices'> {
  const whole = seriesOf(input, '*');
  const of = (prefix: 'r:' | 'c:') => {
    const found = [...input.seriesSet.slices(input.slo.surface).keys()].filter((slice) =>
      slice.startsWith(prefix),
    );
    return new Map(
      found.map((slice) => [slice === 'c:-' ? unnamed : slice.slice(2), seriesOf(input, slice)] as const),
    );
  };
  return {
    whole,
    slices: [
      { dimension: 'release', series: withRest(whole, of('r:')) },
      { dimension: 'cohort', series: withRest(whole, of('c:')) },
    ],
  };
}

/** What the slices leave of the whole carries no label; it is a slice as well. */
function withRest(whole: CountSeries, slices: Map<string, CountSeries>): Map<string, CountSeries> {
  if (slices.size === 0) return slices;
  const rest: Bucket[] = [];
  for (const { at, good, total } of whole.buckets()) {
    let named = { good: 0, total: 0 };
    for (const series of slices.values()) {
      const own = series.between(at, at + 1);
      named = { good: named.good + own.good, total: named.total + own.total };
    }
    const left = Math.max(0, total - named.total);
    if (left > 0) rest.push({ at, good: Math.min(left, Math.max(0, good - named.good)), total: left });
  }
  return rest.length === 0 || slices.has(unnamed) ? slices : slices.set(unnamed, buildSeries(rest));
}

function measured({ slo, rubric, measurer, now }: SliSeriesInput, slice: Slice): CountSeries {
  const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, undefined, now), slice);
  return measurement.kind === 'counts' ? measurement.series : buildSeries([]);
}

function refusalSeries({ slo, seriesSet }: SliSeriesInput, slice: Slice): CountSeries {
  const refused = seriesSet.column(slo.surface, slice, 'refused');
  return buildSeries(
    [...seriesSet.column(slo.surface, slice, 'n')].map(([at, total]) => ({
      at,
      good: Math.max(0, total - (refused.get(at) ?? 0)),
      total,
    })),
  );
}

function underSeries(columns: Columns | undefined, field: Field, limit: number): CountSeries {
  const prefix = `h:${field}:`;
  const buckets: Bucket[] = [];
  for (const [name, column] of columns ?? []) {
    if (!name.startsWith(prefix)) continue;
    const isUnder = binMiddle(name.slice(prefix.length)) <= limit;
    for (const [at, count] of column) buckets.push({ at, good: isUnder ? count : 0, total: count });
  }
  return buildSeries(buckets);
}

function quantileOf(seriesSet: SeriesSet, surface: string, field: Field, share: number): number {
  const prefix = `h:${field}:`;
  const counters = new Map<string, number>();
  let sum = 0;
  for (const [name, column] of seriesSet.slices(surface).get('*') ?? []) {
    if (name === `s:${field}`) for (const value of column.values()) sum += value;
    if (!name.startsWith(prefix)) continue;
    let count = 0;
    for (const value of column.values()) count += value;
    if (count > 0) counters.set(name.slice(prefix.length), count);
  }
  return histogramQuantile(histogramOfBins(counters, sum), share) ?? 0;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
