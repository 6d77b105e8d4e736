import { isUrgent, type Severity } from '../../names.ts';
import { binomialLowerTail } from '../../statistics/binomial.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { type AlertRow, spentRow } from '../definition/slo.ts';
import type { RecentReading } from './candidate.ts';
import { type CountSeries, shownCounts, type WeighedCounts } from './count-series.ts';
import { type DesignEffect, effectOn } from './design-effect.ts';
import type { JudgeScale } from './judge-scale.ts';
import type { RowReading, WindowReading } from './readings.ts';
import { recentWindow } from './recent-window.ts';

/** Significance of a row that is looked at all month. At .01 it would fire falsely in most months. */
export const rowAlpha = 1e-5;

/** Everything a row is read from. */
export interface RowInput {
  readonly severity: Severity;
  readonly row: AlertRow;
  readonly objective: number;
  readonly series: CountSeries;
  readonly now: number;
  /** Events in buckets that start before it do not count. */
  readonly notBefore: number;
  /** From where events count of another release than one that was rolled back; what follows is for a recovery. */
  readonly releasedFrom?: number | undefined;
  readonly designEffect: DesignEffect;
  /** How many sub-SLOs are watched as one; alpha is divided by it. */
  readonly watchedTogether: number;
  /** The judge's scale; null where rates need no correction, or have none. */
  readonly scale: JudgeScale | null;
  readonly uncalibrated: boolean;
  /** Since when its alarm stands, so that the row is also read for recovery; undefined where it does not. */
  readonly standsSince: number | undefined;
}

/**
 * Reads one alert row. Its pressure is the least of: burn of the long window over the bound, burn of the short one over
 * the bound, ln p / ln alpha of the exact binomial test of the objective on the long window, events / 50. So it is 1 or
 * over when all four conditions hold, and only then.
 *
 * A standing alarm is held against its burn alone, so that a lull clears nothing.
 *
 * On a judge's scale a burn of B is a fail share of 1 - threshold(1 - B (1 - objective)), and the test is against the
 * threshold of the objective itself.
 */
export function readRow(input: RowInput): RowReading {
  const { row, series, now, notBefore, designEffect } = input;
  const { failShareAtBound, testedRate } = findBounds(input);
  const alpha = rowAlpha / input.watchedTogether;
  const counts = series.window(now, row.long, notBefore);
  const long = readWindow(counts, row.long, row.burn, failShareAtBound);
  const short =
    row.short === undefined
      ? null
      : readWindow(series.window(now, row.short, notBefore), row.short, row.burn, failShareAtBound);
  const effect = effectOn(designEffect, counts);
  const logP = testWindow(counts, effect, testedRate);
  const longPressure = Math.min(long.burn ?? 0, burnBeside(input, failShareAtBound)) / row.burn;
  const pressure = Math.min(
    longPressure,
    short === null ? Number.POSITIVE_INFINITY : (short.burn ?? 0) / row.burn,
    logP === null ? 0 : logP / Math.log(alpha),
    counts.total / leastEvents,
  );
  const { standsSince } = input;
  const recent = standsSince === undefined ? undefined : readRecent(input, standsSince, failShareAtBound);
  return {
    bound: row.burn,
    long,
    short,
    logP,
    alpha,
    uncalibrated: input.uncalibrated,
    pressure,
    recent: recent !== undefined && recent.events >= leastEvents ? recent : undefined,
    standing:
      recent === undefined
        ? pressure
        : Math.max(pressure, Math.min(longPressure, recent.failShare / failShareAtBound)),
    measured: long.burn !== null && (short === null || short.burn !== null),
    ...(row.spent !== undefined && { spent: readSpent(input) }),
  };
}

/** Of a series that is younger than the budget, so much of that has passed. */
function readSpent(input: RowInput): RowReading | undefined {
  const row = spentRow(input.row);
  if (row === undefined) return undefined;
  const reading = readRow({ ...input, row });
  const share = passedShare(input.series, row.long, input.now);
  const spent = share * (reading.long.burn ?? 0);
  return share === 1
    ? reading
    : {
        ...reading,
        pressure: Math.min(reading.pressure, spent),
        standing: Math.min(reading.standing, spent),
      };
}

/** How much of a time before now a series has been there for, 0 to 1. */
export function passedShare({ start }: CountSeries, width: number, now: number): number {
  return start === undefined ? 0 : Math.min(1, Math.max(0, now - start) / width);
}

/** After a recovery the whole long window must burn as well: the few events since then do so by luck more often. */
function burnBeside(
  { row, series, now, notBefore, releasedFrom }: RowInput,
  failShareAtBound: number,
): number {
  if (!(notBefore > (releasedFrom ?? Number.NEGATIVE_INFINITY))) return Number.POSITIVE_INFINITY;
  const whole = series.window(now, row.long, releasedFrom);
  return whole.total > 0 ? (row.burn * (1 - whole.good / whole.total)) / failShareAtBound : 0;
}

/** Of a recovery, the chance of so few fails half way between the alarm's own rate and the objective. */
const recoveryAlpha = 0.003;

/** And of a recovery, its burn over the bound at most. */
const calmUnder = 0.8;

/** The recent window: a page would come and go with every handful of good answers. */
function readRecent(
  input: RowInput,
  standsSince: number,
  failShareAtBound: number,
): RecentReading & { readonly events: number } {
  const { row, series, now, notBefore, designEffect } = input;
  const recent = recentWindow(row, series, designEffect, now, notBefore);
  const { good, total, width } = recent;
  const failShare = total > 0 ? 1 - good / total : 0;
  const recovered = hasRecovered(input, standsSince, failShareAtBound, width);
  return { failShare, failShareAtBound, recovered, events: total / effectOn(designEffect, recent) };
}

/**
 * Whether the recent window, or twice, four times as long a one up to the row's long one, shows that what the alarm has
 * stood on since it began is over: the worse that was, the sooner.
 */
function hasRecovered(
  { row, series, now, notBefore, designEffect, objective, scale }: RowInput,
  standsSince: number,
  failShareAtBound: number,
  shortest: number,
): boolean {
  const wanted = 1 - (scale?.warn ?? objective);
  const begun = standsSince - recentWindow(row, series, designEffect, standsSince).width;
  for (let width = shortest; ; width = Math.min(row.long, 2 * width)) {
    const counts = series.window(now, width, Math.max(notBefore, standsSince));
    const effect = effectOn(designEffect, counts);
    const events = counts.total / effect;
    const fails = (counts.total - counts.good) / effect;
    const before = series.weighed(begun, now - width);
    const failShareThen = before.total > 0 ? 1 - before.good / before.total : 0;
    const midway = Math.min(1, (failShareThen + wanted) / 2);
    const isCalm = events >= leastEvents && fails <= calmUnder * failShareAtBound * events;
    if (isCalm && failShareThen > wanted && isFew(fails, events, midway)) return true;
    if (width >= row.long) return false;
  }
}

function isFew(fails: number, events: number, rate: number): boolean {
  return (
    binomialLowerTail({ passes: Math.min(fails, events), events }, rate).logProbability <=
    Math.log(recoveryAlpha)
  );
}

/** Fail share at which the row's burn is reached, and the pass rate that the test is against. */
export function findBounds({ severity, row, objective, scale }: RowInput): {
  failShareAtBound: number;
  testedRate: number;
} {
  if (scale === null) return { failShareAtBound: row.burn * (1 - objective), testedRate: objective };
  const strictness = isUrgent(severity) ? 'page' : 'warn';
  return {
    failShareAtBound: 1 - scale.thresholdAt(row.burn, strictness),
    testedRate: scale[strictness],
  };
}

function readWindow(
  counts: WeighedCounts,
  width: number,
  bound: number,
  failShareAtBound: number,
): WindowReading {
  const { good, total } = shownCounts(counts);
  return {
    width,
    good,
    total,
    burn: total > 0 ? (bound * (1 - good / total)) / failShareAtBound : null,
    ...(counts.zoom !== undefined && { evidence: counts }),
  };
}

function testWindow({ good, total }: WeighedCounts, designEffect: number, testedRate: number): number | null {
  if (!(total > 0)) return null;
  if (testedRate <= 0) return 0;
  const events = total / designEffect;
  return binomialLowerTail({ passes: Math.min(events, good / designEffect), events }, Math.min(1, testedRate))
    .logProbability;
}
