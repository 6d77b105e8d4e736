import { logRegularizedBetaWithComplement } from '../../statistics/beta.ts';
import { binomialLowerTail } from '../../statistics/binomial.ts';
import { testRateIncrease } from '../../statistics/rate-change.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import type { Sli } from '../definition/sli.ts';
import type { MeanMeasurement, QuantileMeasurement, RefusalMeasurement } from './measurement.ts';
import { rowAlpha } from './read-row.ts';
import type { ChangeReading } from './readings.ts';

/** A baseline of fewer days than this does not cover a week's swing: the SLO is unmeasured. */
export const leastBaselineDays = 7;

/** A change that could be read, or why it cannot be. */
export type ChangeOutcome =
  | { readonly ok: true; readonly change: ChangeReading }
  | { readonly ok: false; readonly reason: string };

type SliOf<Kind extends Sli['kind']> = Extract<Sli, { kind: Kind }>;

/** Divides counts by the design effect; see `SloContext.designEffect`. */
interface Setting {
  readonly designEffect: number;
}

/**
 * Rise of the refusal rate. Pressure: the least of rise / bound, ln p / ln alpha of the two-sample score test that the
 * rate has risen by more than the bound (Farrington and Manning 1990), and events / 50 of the smaller side.
 */
export function readRefusalChange(
  sli: SliOf<'refusal-change'>,
  { window, baseline }: RefusalMeasurement,
  { designEffect }: Setting,
): ChangeOutcome {
  const short = refuseShortBaseline(baseline.days);
  if (short !== undefined) return short;
  const tally = (side: { refused: number; total: number }) => ({
    passes: side.refused / designEffect,
    events: side.total / designEffect,
  });
  const test = testRateIncrease({ current: tally(window), baseline: tally(baseline), margin: sli.within });
  if (!test.ok) return test;
  return makeReading({
    value: window.refused / window.total,
    baseline: baseline.refused / baseline.total,
    ofBound: Math.max(0, test.change / sli.within),
    logP: test.logProbability,
    enough: Math.min(window.total, baseline.total) / designEffect / leastEvents,
  });
}

/**
 * A quantile against its baseline's. Pressure: the least of quantile / (times x baseline's quantile), ln p / ln alpha,
 * and events / 50. The quantile has risen so much exactly when more than 1 - q of the events lie over that bound, so p
 * is the exact binomial test of that share: a few slow answers of a hundred are no evidence of a 99th percentile.
 */
export function readQuantileChange(
  sli: SliOf<'quantile-change'>,
  { window, baseline }: QuantileMeasurement,
  { designEffect }: Setting,
): ChangeOutcome {
  const short = refuseShortBaseline(baseline.days);
  if (short !== undefined) return short;
  if (!(window.total > 0)) return { ok: false, reason: 'the window has no events' };
  if (!(baseline.value > 0))
    return { ok: false, reason: "the baseline's quantile is 0, so nothing can be a multiple of it" };
  const events = window.total / designEffect;
  const within = Math.max(0, window.total - window.over) / designEffect;
  return makeReading({
    value: window.value,
    baseline: baseline.value,
    ofBound: window.value / (sli.times * baseline.value),
    logP: binomialLowerTail({ passes: Math.min(events, within), events }, sli.quantile).logProbability,
    enough: events / leastEvents,
  });
}

/**
 * The window's mean against the median of days, either way. Pressure: the least of |change| / bound, ln p / ln alpha,
 * and events / 50. p is the one-sided t-test that the mean lies beyond the bound, its error taken from the spread of
 * the baseline's days (1.4826 x their median deviation): days differ by more than the requests in them tell. The median
 * of n days has pi/2 times the variance of their mean.
 */
export function readMeanChange(
  sli: SliOf<'mean-change'>,
  { window, dailyMeans }: MeanMeasurement,
  { designEffect }: Setting,
): ChangeOutcome {
  const short = refuseShortBaseline(dailyMeans.length);
  if (short !== undefined) return short;
  if (!(window.total > 0)) return { ok: false, reason: 'the window has no events' };
  const middle = medianOf(dailyMeans);
  if (!(middle > 0)) return { ok: false, reason: 'the median of days is 0, so there is no relative change' };
  const spread = 1.4826 * medianOf(dailyMeans.map((mean) => Math.abs(mean - middle)));
  const change = Math.abs(window.mean - middle);
  const error = spread * Math.sqrt(1 / Math.max(1, window.days) + Math.PI / 2 / dailyMeans.length);
  return makeReading({
    value: window.mean,
    baseline: middle,
    ofBound: change / (sli.within * middle),
    logP: logUpperTailOfT(change - sli.within * middle, error, dailyMeans.length - 1),
    enough: window.total / designEffect / leastEvents,
  });
}

function makeReading(reading: {
  value: number;
  baseline: number;
  ofBound: number;
  logP: number;
  enough: number;
}): ChangeOutcome {
  const { value, baseline, ofBound, logP, enough } = reading;
  const pressure = Math.min(ofBound, logP / Math.log(rowAlpha), enough);
  return { ok: true, change: { value, baseline, ofBound, logP, alpha: rowAlpha, pressure } };
}

function refuseShortBaseline(days: number): { ok: false; reason: string } | undefined {
  if (days >= leastBaselineDays) return undefined;
  return {
    ok: false,
    reason: `the baseline has ${days} ${days === 1 ? 'day' : 'days'} with events and needs ${leastBaselineDays}`,
  };
}

/** ln of the chance that a t variable exceeds excess / error; DLMF 8.17 by A&S 26.7.1. */
function logUpperTailOfT(excess: number, error: number, freedom: number): number {
  if (excess <= 0) return error > 0 ? Math.log(1 - 0.5 * Math.exp(logTwoSided(excess / error, freedom))) : 0;
  return error > 0 ? logTwoSided(excess / error, freedom) - Math.LN2 : Number.NEGATIVE_INFINITY;
}

function logTwoSided(t: number, freedom: number): number {
  const whole = freedom + t * t;
  return logRegularizedBetaWithComplement({ a: freedom / 2, b: 0.5 }, freedom / whole, (t * t) / whole);
}

function medianOf(values: readonly number[]): number {
  const ordered = values.toSorted((first, second) => first - second);
  const upper = ordered[Math.floor(ordered.length / 2)] ?? Number.NaN;
  const lower = ordered[Math.ceil(ordered.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
