import type { Slo } from '../definition/slo.ts';
import { budgetOf, currentWidth } from './budget.ts';
import { type CountSeries, type Counts, shownCounts, type WeighedCounts } from './count-series.ts';
import { effectOn } from './design-effect.ts';
import type { Measurement } from './measurement.ts';
import type { RateEstimate } from './readings.ts';
import { reportRate } from './reported-rate.ts';
import type { SloCalibration } from './slo-calibration.ts';
import type { SloContext } from './slo-context.ts';

/** An SLI over the SLO's window, and the error budget of that window. */
export interface Rates {
  /** As counted; the value is null without events. */
  readonly raw: { readonly value: number | null; readonly good: number; readonly total: number };
  /** Corrected by people's ratings; null where it cannot be, or need not. */
  readonly calibrated: RateEstimate | null;
  /** Over the SLO's window, calibrated where possible; null for a kind of change or without events. */
  readonly burn: number | null;
  /** Share of the window's error budget that is left; negative when overspent. */
  readonly budgetLeft: number | null;
  /** When the budget will be spent at the current burn, epoch milliseconds; null where it will not. */
  readonly budgetSpentAt: number | null;
}

/** What the rates are read from: the state of before plays no part in them. */
export interface RatedInput {
  readonly slo: Slo;
  readonly measurement: Measurement;
  /** Of an SLO with `calibration: required`; absent means missing. */
  readonly calibration?: SloCalibration | undefined;
  /** The tick, epoch milliseconds. */
  readonly now: number;
  readonly context?: SloContext | undefined;
}

const noBudget = { calibrated: null, burn: null, budgetLeft: null, budgetSpentAt: null };

/** The SLI over the SLO's window, raw and calibrated, and its error budget. A kind of change has no budget. */
export function readRates(input: RatedInput): Rates {
  const { slo, measurement } = input;
  if (measurement.kind !== 'counts') return { raw: rawOfChange(measurement), ...noBudget };
  if (slo.objective === null) return { raw: ratio({ good: 0, total: 0 }), ...noBudget };
  return readRatio(input, measurement.series, slo.objective);
}

function readRatio(
  { slo, now, calibration, context = {} }: RatedInput,
  series: CountSeries,
  objective: number,
): Rates {
  const counts = series.window(now, slo.window);
  const raw = ratio(shownCounts(counts));
  const isJudged = slo.calibration === 'required';
  const { designEffect = 1, unjudgeableShare } = context;
  const over = (evidence: WeighedCounts, width: number, share?: number) => {
    const { good, total } = evidence;
    const effect = effectOn(designEffect, evidence);
    const window = { good, total, from: now - width, to: now, designEffect: effect };
    return reportRate(calibration, { ...window, unjudgeableShare: share });
  };
  const calibrated = isJudged ? over(counts, slo.window, unjudgeableShare) : (context.estimate ?? null);
  const value = calibrated?.value ?? raw.value;
  if (value === null) return { raw, ...noBudget, calibrated };
  const width = currentWidth(slo.window);
  const recent = series.window(now, width);
  const recentValue = (isJudged ? over(recent, width)?.value : undefined) ?? ratio(recent).value;
  const budget = budgetOf({
    badShare: 1 - value,
    currentBadShare: recentValue === null ? null : 1 - recentValue,
    objective,
    window: slo.window,
    now,
  });
  return { raw, calibrated, burn: budget.burn, budgetLeft: budget.left, budgetSpentAt: budget.spentAt };
}

function ratio({ good, total }: Counts): Rates['raw'] {
  return { value: total > 0 ? good / total : null, good, total };
}

/** The statistic that changed, with the events it was made of. */
function rawOfChange(measurement: Exclude<Measurement, { kind: 'counts' }>): Rates['raw'] {
  const { total } = measurement.window;
  if (measurement.kind === 'refusals') {
    const { refused } = measurement.window;
    return { value: total > 0 ? refused / total : null, good: total - refused, total };
  }
  if (measurement.kind === 'quantile') {
    return {
      value: total > 0 ? measurement.window.value : null,
      good: total - measurement.window.over,
      total,
    };
  }
  return { value: total > 0 ? measurement.window.mean : null, good: total, total };
}
