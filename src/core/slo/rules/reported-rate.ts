import { boundsWithUnjudged } from '../../statistics/post-stratified.ts';
import {
  type EstimatedRate,
  lowerOfFallenRate,
  type SharesPosterior,
  sharesPosterior,
  windowRate,
} from '../../statistics/window-rate.ts';
import type { Counts } from './count-series.ts';
import { humanRate } from './human-rate.ts';
import { poolVerdicts } from './judge-scale.ts';
import type { RateEstimate } from './readings.ts';
import type { SloCalibration } from './slo-calibration.ts';

/** The window that a rate is reported of. */
export interface ReportedWindow extends Counts {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** What counts are divided by before anything is concluded from them; at least 1. */
  readonly designEffect?: number | undefined;
  /** Share of the judged work that ended without a verdict, 0 to 1. */
  readonly unjudgeableShare?: number | undefined;
}

const confidence = 0.95;

/** With fewer ratings of its own a window is read by the calibration alone. */
const leastOwnRatings = 50;

/**
 * The pass rate that people would give a window, with its two-sided 95% interval, widened for what was not judged: the
 * hull of what a steady judge and what steady shares make of it, its lower end for a rate that fell. Where at least 50
 * drawn ratings are of the window itself they speak alone where they say more, or where the hull does not hold what they
 * say: a judge that moved, which no hull covers. Null without a valid calibration or without events.
 */
export function reportRate(
  calibration: SloCalibration | undefined,
  { good, total, from, to, designEffect = 1, unjudgeableShare = 0 }: ReportedWindow,
): RateEstimate | null {
  if (calibration?.state !== 'valid' || calibration.population === undefined || !(total > 0)) return null;
  const { population, ratings, times } = calibration;
  const phi = Math.max(1, designEffect);
  const verdicts = poolVerdicts(population);
  const tally = { passes: Math.min(good, total) / phi, events: total / phi };
  const plain = windowRate(verdicts, tally, confidence, posteriorOf(population));
  if (!plain.ok) return null;
  const lower = Math.min(plain.lower, lowerOfFallenRate(verdicts, tally, confidence));
  const hull = { ...plain, lower };
  const readings = { steadyJudge: hull.steadyJudge.estimate, steadyShares: hull.steadyShares.estimate };
  const own =
    times === undefined
      ? null
      : humanRate(times, { from, to, judged: total, judgePassed: good, designEffect: phi });
  if (own !== null && own.ratings >= leastOwnRatings && speaksFirst(own, hull))
    return {
      value: own.value,
      ...boundsWithUnjudged(own, unjudgeableShare),
      basis: { kind: 'window', ratings: own.ratings, ...readings },
    };
  return {
    value: hull.estimate,
    ...boundsWithUnjudged(hull, unjudgeableShare),
    basis: { kind: 'calibration', ratings, ...readings },
  };
}

function speaksFirst(own: { value: number; lower: number; upper: number }, hull: EstimatedRate): boolean {
  const isNarrower = own.upper - own.lower < hull.upper - hull.lower;
  return isNarrower || own.value < hull.lower || own.value > hull.upper;
}

type Population = NonNullable<SloCalibration['population']>;

/** A population stands for days and its posterior costs milliseconds, so it is worked out on a grid, where it is needed. */
const known = new WeakMap<Population, SharesPosterior>();

function posteriorOf(population: Population): SharesPosterior {
  const found = known.get(population);
  if (found !== undefined) return found;
  const made = interpolate(sharesPosterior(poolVerdicts(population), confidence));
  known.set(population, made);
  return made;
}

const gridSteps = 128;

/**
 * A posterior by the cubic through four neighbours on a grid, even in the angle whose squared sine is the pass rate: it
 * bends near the ends. Its limits come out within 1e-6.
 */
export function interpolate(posterior: SharesPosterior): SharesPosterior {
  const grid = new Map<number, ReturnType<SharesPosterior>>();
  const at = (index: number) => {
    let found = grid.get(index);
    if (found === undefined) {
      found = posterior(Math.sin((index / gridSteps) * (Math.PI / 2)) ** 2);
      grid.set(index, found);
    }
    return found;
  };
  return (passRate) => {
    const place = (Math.asin(Math.sqrt(passRate)) / (Math.PI / 2)) * gridSteps;
    const first = Math.min(gridSteps - 3, Math.max(0, Math.floor(place) - 1));
    const corners = [0, 1, 2, 3].map((step) => at(first + step));
    const sum = { estimate: 0, lower: 0, upper: 0 };
    for (const [step, corner] of corners.entries()) {
      if (!corner.ok) return corner;
      const weight = lagrangeWeight(step, place - first);
      sum.estimate += weight * corner.estimate;
      sum.lower += weight * corner.lower;
      sum.upper += weight * corner.upper;
    }
    return { ok: true, ...sum };
  };
}

/** Of the cubic through four points at 0, 1, 2 and 3. */
function lagrangeWeight(step: number, place: number): number {
  let weight = 1;
  for (let other = 0; other < 4; other += 1) if (other !== step) weight *= (place - other) / (step - other);
  return weight;
}
