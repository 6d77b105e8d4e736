import { judgeThresholds, objectiveAtBurn, warnConfidence } from '../../statistics/judge-thresholds.ts';
import type { TwoStrata } from '../../statistics/label-shift-threshold.ts';
import { labelShiftThreshold } from '../../statistics/label-shift-threshold.ts';
import type { SloCalibration } from './slo-calibration.ts';

type Population = NonNullable<SloCalibration['population']>;

/**
 * How people's pass rates look on the judge's scale, by one calibration. An objective is carried over to the judge's
 * scale and compared there; the judge's rate is never divided by anything.
 */
export interface JudgeScale {
  /** The judge's pass rate under which a page (or rollback) may start, and under which it may warn. */
  readonly page: number;
  readonly warn: number;
  /** Points of the judge's rate per point of the true rate. */
  readonly slope: number;
  /**
   * The judge's pass rate that stands for a burn of `burn`, by the page's or the warning's lower bound. -Infinity where
   * nothing could burn as fast.
   */
  thresholdAt(burn: number, strictness: 'page' | 'warn'): number;
  /** The share that the judge passes where people would pass this one, by the label-shift map without any margin. */
  judgeRate(truePassRate: number): number;
}

/** Thresholds cost a hundred quantiles and a population stands for days, so each is worked out once. */
const known = new WeakMap<Population, Map<number, JudgeScale | null>>();

/** The judge's scale for an objective; null where the calibration is not valid or does not determine it. */
export function judgeScale(calibration: SloCalibration | undefined, objective: number): JudgeScale | null {
  if (calibration?.state !== 'valid' || calibration.population === undefined) return null;
  let scales = known.get(calibration.population);
  if (scales === undefined) {
    scales = new Map();
    known.set(calibration.population, scales);
  }
  const found = scales.get(objective);
  if (found !== undefined) return found;
  const made = makeScale(calibration.population, objective);
  scales.set(objective, made);
  return made;
}

function makeScale(population: Population, objective: number): JudgeScale | null {
  const thresholds = judgeThresholds(population, objective);
  if (!thresholds.ok || !(thresholds.slope > 0)) return null;
  const errors = judgeErrors(population, objective);
  const atBurn = new Map<number, { page: number; warn: number }>();
  return {
    page: thresholds.page,
    warn: thresholds.warn,
    slope: thresholds.slope,
    judgeRate: (rate) => rate * errors.sensitivity + (1 - rate) * errors.falsePassRate,
    thresholdAt(burn, strictness) {
      let pair = atBurn.get(burn);
      if (pair === undefined) {
        pair = carryBurn(population, objective, burn);
        atBurn.set(burn, pair);
      }
      return pair[strictness];
    },
  };
}

function carryBurn(population: Population, objective: number, burn: number): { page: number; warn: number } {
  const wanted = objectiveAtBurn(objective, burn);
  const carried = wanted < 0 ? undefined : judgeThresholds(population, wanted);
  return carried?.ok === true ? carried : { page: Number.NEGATIVE_INFINITY, warn: Number.NEGATIVE_INFINITY };
}

function judgeErrors(
  population: Population,
  objective: number,
): { sensitivity: number; falsePassRate: number } {
  const map = labelShiftThreshold(poolVerdicts(population), objective, warnConfidence);
  return map.ok ? map : { sensitivity: 1, falsePassRate: 0 };
}

/** The population by the judge's two verdicts. */
export function poolVerdicts(population: Population): TwoStrata {
  return { judgeFailed: poolStrata(population, false), judgePassed: poolStrata(population, true) };
}

/** One verdict's strata as one: people's pass share weighted by the responses each stratum stands for. */
function poolStrata(
  population: Population,
  judgePass: boolean,
): { judged: number; rated: number; passed: number } {
  const strata = population.strata.filter((stratum) => stratum.judgePass === judgePass && stratum.judged > 0);
  const judged = strata.reduce((sum, stratum) => sum + stratum.judged, 0);
  const rated = strata.reduce((sum, stratum) => sum + stratum.rated, 0);
  const share = strata.reduce(
    (sum, stratum) =>
      sum + (stratum.rated === 0 ? 0 : (stratum.judged / judged) * (stratum.passed / stratum.rated)),
    0,
  );
  return { judged, rated, passed: Math.min(rated, share * rated) };
}
