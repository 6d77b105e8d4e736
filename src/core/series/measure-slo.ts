import type { Rubric } from '../rubric/rubric.ts';
import { baselineDays, type Period } from '../slo/alarms/baseline.ts';
import type { Field } from '../slo/definition/field.ts';
import type { KindCounting, SliOf } from '../slo/definition/sli-kinds.ts';
import { looksBack, type Slo } from '../slo/definition/slo.ts';
import { CountSeries } from '../slo/rules/count-series.ts';
import type { Measurement } from '../slo/rules/measurement.ts';
import {
  binMiddle,
  histogramOfBins,
  histogramQuantile,
  type LogHistogram,
} from '../statistics/log-histogram.ts';
import { bucketWidth, day, floorTo, hour } from '../time.ts';
import type { Slice } from './keys.ts';
import { attemptsOf, type Ratio, ratioOf, underMultiple } from './ratio-columns.ts';
import { type SeriesSet, sumColumn } from './series-set.ts';

/** The median of a baseline that ends in an hour, from so many days with events. */
export interface BaselineMedian {
  /** Epoch milliseconds. */
  readonly hour: number;
  readonly median: number;
  readonly days: number;
}

interface Cached {
  readonly series: CountSeries;
  version: number;
}

/**
 * Makes measurements of the columns of a series set, as the SLO engine wants them. Series are kept from tick to tick and only
 * the hours that changed are read again.
 */
export class SloMeasurer {
  readonly #seriesSet: SeriesSet;
  readonly #span: 'evaluation' | 'all';
  #foldedBefore = Number.NEGATIVE_INFINITY;
  readonly #ratios = new Map<string, Cached>();
  readonly #medians = new Map<string, BaselineMedian>();

  /**
   * @param span `evaluation`: series reach back as far as an evaluation looks, for one that lives long; `all`: as far as
   *   the series set does
   */
  constructor(seriesSet: SeriesSet, span: 'evaluation' | 'all' = 'all') {
    this.#seriesSet = seriesSet;
    this.#span = span;
  }

  /** To be called when the series set was folded: series hold what lies before the instant by the hour from then on. */
  fold(before: number): void {
    this.#foldedBefore = before;
    this.#ratios.clear();
  }

  /** Lets go of a surface's series: its columns were dropped, or will be read again. */
  forget(surface: string): void {
    for (const key of this.#ratios.keys()) if (key.startsWith(`${surface}|`)) this.#ratios.delete(key);
    for (const key of this.#medians.keys()) if (key.startsWith(`${surface}|`)) this.#medians.delete(key);
  }

  /**
   * Takes a median that was found before: the baseline of an alarm that stands for months is no longer held, and who
   * starts anew could not find it again.
   */
  recall(slo: Slo, known: BaselineMedian | undefined): void {
    const key = medianKey(slo);
    if (known !== undefined && !this.#medians.has(key)) this.#medians.set(key, known);
  }

  /** The median that an SLO was measured by last; undefined of a kind that has none. */
  medianOf(slo: Slo): BaselineMedian | undefined {
    return this.#medians.get(medianKey(slo));
  }

  /** What an SLO measures over a slice at a tick. `baseline` is the period that kinds of change are held against. */
  measure(
    slo: Slo,
    rubric: Rubric | undefined,
    now: number,
    baseline: Period,
    slice: Slice = '*',
  ): Measurement {
    const { sli } = slo;
    switch (sli.kind) {
      case 'refusal-change': {
        const { window, before } = this.#periods(slo, now, baseline);
        return {
          kind: 'refusals',
          window: this.#refusals(slo.surface, window.from, window.to),
          baseline: {
            ...this.#refusals(slo.surface, before.from, before.to),
            days: this.#daysWithEvents(slo.surface, before),
          },
        };
      }
      case 'quantile-change': {
        const { window, before } = this.#periods(slo, now, baseline);
        return this.#quantile(slo.surface, sli, window, before);
      }
      case 'mean-change': {
        const { window, before } = this.#periods(slo, now, baseline);
        return this.#mean(slo.surface, sli.field, window, before);
      }
      case 'median-multiple': {
        const median = this.#median(slo, sli.field, baseline);
        // Before there is a median nothing is over it: all would be, and that evidence would stay.
        if (median.days === 0) return { kind: 'counts', series: new CountSeries(), baselineDays: 0 };
        const ratio = underMultiple(sli.field, sli.times * median.median);
        return {
          kind: 'counts',
          series: this.#ratio(slo, slice, ratio, `${sli.field}<=${ratio.name}`, now),
          baselineDays: median.days,
        };
      }
      default:
        sli satisfies SliOf<KindCounting<'records' | 'verdicts' | 'ratings' | 'attempts'>>;
        return {
          kind: 'counts',
          series: this.#ratio(
            slo,
            slice,
            ratioOf(slo, rubric),
            rubric === undefined ? '' : `${rubric.id}@${rubric.version}`,
            now,
          ),
        };
    }
  }

  /** A provider's attempts. */
  provider(slo: Slo, provider: string, now: number): CountSeries {
    return this.#ratio(slo, '*', attemptsOf(provider), `provider:${provider}`, now);
  }

  /**
   * Window and baseline of a kind of change. In a lull they stay where the last responses are: a window that went on
   * would lose its older ones, and the change would move though nothing happened.
   */
  #periods(slo: Slo, now: number, baseline: Period): { window: Period; before: Period } {
    const column = this.#seriesSet.column(slo.surface, '*', 'n');
    let end = now;
    for (let bucket = floorTo(now - 1, bucketWidth); bucket > now - slo.window; bucket -= bucketWidth) {
      if ((column.get(bucket) ?? 0) === 0) continue;
      end = Math.min(now, bucket + bucketWidth);
      break;
    }
    const to = Math.min(baseline.to, end - slo.window);
    return {
      window: { from: end - slo.window, to: end },
      before: { from: to - (baseline.to - baseline.from), to },
    };
  }

  #ratio(slo: Slo, slice: Slice, ratio: Ratio, variant: string, now: number): CountSeries {
    const oldest = this.#span === 'all' ? Number.NEGATIVE_INFINITY : now - looksBack(slo) - day;
    const key = `${slo.surface}|${slo.id}|${slice}|${variant}`;
    const columns = this.#seriesSet.slices(slo.surface).get(slice) ?? new Map();
    const version = this.#seriesSet.version(slo.surface);
    const cached = this.#ratios.get(key);
    const changed =
      cached === undefined ? undefined : this.#seriesSet.changedSince(slo.surface, cached.version);
    if (cached === undefined || changed === undefined) {
      const series = new CountSeries(this.#foldedBefore);
      const buckets = new Set(ratio.from(columns).flatMap((name) => [...(columns.get(name)?.keys() ?? [])]));
      for (const bucket of [...buckets].filter((at) => at >= oldest).sort((a, b) => a - b))
        series.set({ at: bucket, ...ratio.read(columns, bucket) });
      this.#ratios.set(key, { series, version });
      return series;
    }
    cached.series.forgetBefore(oldest);
    for (const start of [...changed].filter((at) => at >= oldest).sort((a, b) => a - b)) {
      for (let bucket = start; bucket < start + hour; bucket += bucketWidth) {
        const counts = ratio.read(columns, bucket);
        const known = cached.series.between(bucket, bucket + bucketWidth);
        const isMarked =
          counts.thinned !== undefined || counts.rescored !== undefined || cached.series.isMarked(bucket);
        if (isMarked || counts.total !== known.total || counts.good !== known.good)
          cached.series.set({ at: bucket, ...counts });
      }
    }
    cached.version = version;
    return cached.series;
  }

  #sum(surface: string, name: string, from: number, to: number): number {
    return sumColumn(this.#seriesSet.column(surface, '*', name), floorTo(from, bucketWidth), to);
  }

  #refusals(surface: string, from: number, to: number): { refused: number; total: number } {
    return { refused: this.#sum(surface, 'refused', from, to), total: this.#sum(surface, 'n', from, to) };
  }

  #daysWithEvents(surface: string, { from, to }: Period): number {
    const days = new Set<number>();
    for (const bucket of this.#seriesSet.column(surface, '*', 'n').keys())
      if (bucket >= from && bucket < to) days.add(floorTo(bucket, day));
    return days.size;
  }

  #histogram(surface: string, field: Field, { from, to }: Period): LogHistogram {
    const prefix = `h:${field}:`;
    const counters = new Map<string, number>();
    for (const [name, column] of this.#seriesSet.slices(surface).get('*') ?? []) {
      if (!name.startsWith(prefix)) continue;
      const count = sumColumn(column, from, to);
      if (count > 0) counters.set(name.slice(prefix.length), count);
    }
    return histogramOfBins(counters, this.#sum(surface, `s:${field}`, from, to));
  }

  #quantile(
    surface: string,
    sli: { field: Field; quantile: number; times: number },
    window: Period,
    baseline: Period,
  ): Measurement {
    const now = this.#histogram(surface, sli.field, window);
    const before = this.#histogram(surface, sli.field, baseline);
    const usual = histogramQuantile(before, sli.quantile) ?? 0;
    let over = 0;
    for (const [bin, count] of Object.entries(now.bins))
      if (binMiddle(bin) > sli.times * usual) over += count;
    return {
      kind: 'quantile',
      window: { value: histogramQuantile(now, sli.quantile) ?? 0, total: now.count, over },
      baseline: { value: usual, total: before.count, days: this.#daysWithEvents(surface, baseline) },
    };
  }

  #mean(surface: string, field: Field, window: Period, baseline: Period): Measurement {
    const total = this.#sum(surface, `c:${field}`, window.from, window.to);
    const days = new Map<number, { sum: number; count: number }>();
    const gather = (name: string, part: 'sum' | 'count') => {
      for (const [bucket, value] of this.#seriesSet.column(surface, '*', name)) {
        if (bucket < baseline.from || bucket >= baseline.to) continue;
        const key = floorTo(bucket, day);
        const found = days.get(key) ?? { sum: 0, count: 0 };
        found[part] += value;
        days.set(key, found);
      }
    };
    gather(`s:${field}`, 'sum');
    gather(`c:${field}`, 'count');
    return {
      kind: 'mean',
      window: {
        mean: total === 0 ? 0 : this.#sum(surface, `s:${field}`, window.from, window.to) / total,
        total,
        days: (window.to - window.from) / day,
      },
      dailyMeans: [...days.values()].filter(({ count }) => count > 0).map(({ sum, count }) => sum / count),
    };
  }

  /** Median of the baseline's days, found anew each hour. Rounded to a bin, so that it stays put while nothing moves. */
  #median(slo: Slo, field: Field, baseline: Period): BaselineMedian {
    const { surface } = slo;
    const key = medianKey(slo);
    const at = floorTo(baseline.to, hour);
    const known = this.#medians.get(key);
    if (known?.hour === at) return known;
    const period = { from: at - baselineDays * day, to: at };
    const found = {
      hour: at,
      median: histogramQuantile(this.#histogram(surface, field, period), 0.5) ?? 0,
      days: this.#daysWithEvents(surface, period),
    };
    this.#medians.set(key, found);
    return found;
  }
}

/** SLOs of one field are in alarm at different times, and so are their baselines. */
function medianKey({ surface, id }: Slo): string {
  return `${surface}|${id}`;
}
