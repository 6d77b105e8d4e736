import type { CountSeries, Counts } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { leastEvents } from '#core/statistics/single-look.ts';
import { bucketsPerHour, day } from '#core/time.ts';
import { droppedRate, healthyRate, objective } from './series.ts';

/** What others do: each is told the truth of every response, but for the one that has a judge and a few ratings. */

export interface Peer {
  readonly id: string;
  readonly label: string;
  /** Watches one world: told each 5 minutes what is new and the series so far; true raises the alarm. */
  readonly watch: (
    perDay: number,
    seed: string,
  ) => (fresh: Counts, series: CountSeries, now: number, index: number) => boolean;
}

export const peers: readonly Peer[] = [
  {
    id: 'z',
    label: 'rolling z-test, 24 h, z under -3',
    watch: () => (_, series, now) => isUnderByZ(series, now, objective),
  },
  { id: 'ewma', label: 'EWMA of hours about .945, .2, 3 sigma', watch: watchByEwma },
  { id: 'pprm', label: 'prediction-powered risk monitoring, 100 ratings a day', watch: watchRunningRisk },
  { id: 'cusum', label: 'CUSUM told .945 and .80 (the limit)', watch: watchByCusum },
];

/** Normal test of an objective over the last day. */
export function isUnderByZ(series: CountSeries, now: number, wanted: number): boolean {
  const { good, total } = series.window(now, day);
  if (total < leastEvents) return false;
  return (good / total - wanted) / Math.sqrt((wanted * (1 - wanted)) / total) < -3;
}

/** Roberts 1959: the smoothed rate of hours against its control limit, the healthy rate being known. */
function watchByEwma(): ReturnType<Peer['watch']> {
  const weight = 0.2;
  let rate = healthyRate;
  let variance = 0;
  let good = 0;
  let total = 0;
  return (fresh, _series, _now, index) => {
    good += fresh.good;
    total += fresh.total;
    if ((index + 1) % bucketsPerHour !== 0 || total === 0) return false;
    rate += weight * (good / total - rate);
    variance = (1 - weight) ** 2 * variance + (weight ** 2 * healthyRate * (1 - healthyRate)) / total;
    good = 0;
    total = 0;
    return rate < healthyRate - 3 * Math.sqrt(variance);
  };
}

/** Page 1954: optimal for the very drop that it is told, one false alarm in 200 months by Lorden's bound. */
function watchByCusum(perDay: number): ReturnType<Peer['watch']> {
  const bound = Math.log(200 * 30 * perDay);
  const ofPass = Math.log(droppedRate / healthyRate);
  const ofFail = Math.log((1 - droppedRate) / (1 - healthyRate));
  let evidence = 0;
  return ({ good, total }) => {
    evidence = Math.max(0, evidence + good * ofPass + (total - good) * ofFail);
    return evidence >= bound;
  };
}

const sensitivity = 0.93;
const specificity = 0.75;
const ratingsPerDay = 100;
const riskAlpha = 0.01;
/** Of a judge's mean and one rating less its verdict: from -1 to 2. */
const reach = 3;

/**
 * Zhang, Cai, Yu and Simeone 2026 (arXiv 2602.02229): a lower bound of the running risk that holds at all times, from the
 * judge's verdicts and one rating at a time, against the budget. The bound is the predictable plug-in empirical Bernstein one
 * (Waudby-Smith and Ramdas 2024).
 */
function watchRunningRisk(perDay: number, seed: string): ReturnType<Peer['watch']> {
  const random = createRandom(`${seed}/ratings`);
  const rated = Math.min(1, ratingsPerDay / perDay);
  let judgeFails = 0;
  let judged = 0;
  let stakes = 0;
  let staked = 0;
  let penalty = 0;
  let mean = 0.5;
  let spread = 0.25;
  let steps = 0;
  const take = (risk: number) => {
    // On [0, 1], from the past alone.
    const scaled = (risk + 1) / reach;
    const before = steps + 1;
    const stake = Math.min(
      0.5,
      Math.sqrt((2 * Math.log(1 / riskAlpha)) / (spread * before * Math.log(1 + before))),
    );
    stakes += stake;
    staked += stake * scaled;
    penalty += (scaled - mean) ** 2 * (-Math.log(1 - stake) - stake);
    steps += 1;
    const sum = mean * steps + scaled;
    mean = sum / (steps + 1);
    spread = (spread * steps + (scaled - mean) ** 2) / (steps + 1);
  };
  return ({ good, total }) => {
    const bad = total - good;
    const failedOfGood = good - random.binomial(good, sensitivity);
    const failedOfBad = random.binomial(bad, specificity);
    const ratedGood = random.binomial(good, rated);
    const ratedBad = random.binomial(bad, rated);
    judgeFails += failedOfGood + failedOfBad;
    judged += total;
    for (let one = 0; one < ratedGood + ratedBad; one += 1) {
      const isBad = one < ratedBad;
      const fails = random.chance(isBad ? specificity : 1 - sensitivity) ? 1 : 0;
      take(judgeFails / judged + (isBad ? 1 : 0) - fails);
      judgeFails = 0;
      judged = 0;
      if (one + 1 < ratedGood + ratedBad) {
        judgeFails = fails;
        judged = 1;
      }
    }
    if (stakes === 0) return false;
    const lower = (staked - Math.log(1 / riskAlpha) - penalty) / stakes;
    return reach * lower - 1 > 1 - objective;
  };
}
