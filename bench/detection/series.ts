import { CountSeries } from '#core/slo/rules/count-series.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketsPerDay, bucketWidth, day } from '#core/time.ts';

/** The simulated world of the detection bench: one service, its judge, and what may befall it. */

export const objective = 0.92;
export const healthyRate = 0.945;
export const droppedRate = 0.8;

/** The judge of the statistics page. */
const sensitivity = 0.93;
const specificity = 0.75;

/** Any Monday will do. */
export const origin = Date.UTC(2026, 0, 5);

/** True pass rates, each from its day on. */
export interface Scenario {
  readonly id: 'healthy' | 'boundary' | 'drop' | 'recovery';
  readonly days: number;
  readonly rates: readonly { readonly fromDay: number; readonly rate: number }[];
}

export const scenarios: Readonly<Record<Scenario['id'], Scenario>> = {
  healthy: { id: 'healthy', days: 30, rates: [{ fromDay: 0, rate: healthyRate }] },
  boundary: { id: 'boundary', days: 30, rates: [{ fromDay: 0, rate: objective }] },
  drop: {
    id: 'drop',
    days: 14,
    rates: [
      { fromDay: 0, rate: healthyRate },
      { fromDay: 4, rate: droppedRate },
    ],
  },
  recovery: {
    id: 'recovery',
    days: 11,
    rates: [
      { fromDay: 0, rate: healthyRate },
      { fromDay: 4, rate: droppedRate },
      { fromDay: 7, rate: healthyRate },
    ],
  },
};

export interface World {
  readonly series: CountSeries;
  readonly calibration: SloCalibration | undefined;
  readonly from: number;
  readonly to: number;
  /** Starts of the scenario's rates. */
  readonly changes: readonly number[];
}

/** One series, seeded: the same for every rule that is shown it. With `judged` its counts are a judge's verdicts. */
export function makeWorld(scenario: Scenario, perDay: number, judged: boolean, seed: string): World {
  const random = createRandom(`${seed}/${scenario.id}/${perDay}/${judged}`);
  const series = new CountSeries();
  const to = origin + scenario.days * day;
  const perBucket = perDay / bucketsPerDay;
  // A binomial number of many rare tries stands for a Poisson one.
  const tries = Math.max(1_000, Math.ceil(100 * perBucket));
  for (let at = origin; at < to; at += bucketWidth) {
    const rate = scenario.rates.findLast(({ fromDay }) => at >= origin + fromDay * day)?.rate ?? healthyRate;
    const total = random.binomial(tries, perBucket / tries);
    series.add({ at, good: random.binomial(total, judged ? judgeRate(rate) : rate), total });
  }
  return {
    series,
    calibration: judged ? drawCalibration(perDay, `${seed}/calibration/${perDay}`) : undefined,
    from: origin,
    to,
    changes: scenario.rates.map(({ fromDay }) => origin + fromDay * day),
  };
}

export function judgeRate(trueRate: number): number {
  return trueRate * sensitivity + (1 - trueRate) * (1 - specificity);
}

/** A balanced batch of 200, rated without error, of a healthy fortnight's verdicts. */
export function drawCalibration(perDay: number, seed: string): SloCalibration {
  const random = createRandom(seed);
  const judgedInAll = 14 * perDay;
  const passedByJudge = random.binomial(judgedInAll, judgeRate(healthyRate));
  const passShare = (healthyRate * sensitivity) / judgeRate(healthyRate);
  const failShare = (healthyRate * (1 - sensitivity)) / (1 - judgeRate(healthyRate));
  return {
    state: 'valid',
    reason: 'simulated',
    ratings: 200,
    population: {
      strata: [
        {
          judgePass: false,
          judged: judgedInAll - passedByJudge,
          rated: 100,
          passed: random.binomial(100, failShare),
        },
        { judgePass: true, judged: passedByJudge, rated: 100, passed: random.binomial(100, passShare) },
      ],
    },
  };
}
