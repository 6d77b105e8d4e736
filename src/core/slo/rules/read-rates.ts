import type { Measurement, SloEvaluation, SloInput } from '../alarms/evaluation.ts';
import { budgetOf, currentWidth } from './budget.ts';
import type { CountSeries, Counts } from './count-series.ts';
import { calibrateRate } from './judge-scale.ts';

export type Rates = Pick<SloEvaluation, 'raw' | 'calibrated' | 'burn' | 'budgetLeft' | 'budgetSpentAt'>;

/** The state of before plays no part in the rates. */
export type RatedInput = Omit<SloInput, 'previous'>;

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
  const raw = ratio(series.window(now, slo.window));
  const isJudged = slo.calibration === 'required';
  const calibrated = isJudged ? calibrateRate(calibration, raw, context) : (context.estimate ?? null);
  const value = calibrated?.value ?? raw.value;
  if (value === null) return { raw, ...noBudget, calibrated };
  const recent = ratio(series.window(now, currentWidth(slo.window)));
  const recentValue = (isJudged ? calibrateRate(calibration, recent, {})?.value : undefined) ?? recent.value;
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
