import type { Counts } from '#core/slo/rules/count-series.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { bucketsPerDay, day, floorTo, hour } from '#core/time.ts';
import { healthyRate, judgeRate } from './series.ts';

/** Worlds whose verdicts are drawn while the sample follows them: the same service, whatever share of it is looked at. */

/** How events are not independent. */
export const patterns = [
  'plain',
  'conversations of 5',
  'conversations of 10',
  'hours',
  'buckets',
  'swings',
] as const;
export type Pattern = (typeof patterns)[number];

/** Correlation of verdicts within a conversation, and within a bucket of 5 minutes. */
const withinConversation = 0.3;
const withinBucket = 0.05;

/** Standard deviation of an hour's pass rate on the logit scale, and half the height of a daily swing. */
const hoursDiffer = 0.4;
const swing = 0.03;

export interface ZoomedWorld {
  /** Judge's verdicts of a bucket, at so many times the usual sampling rate. */
  readonly draw: (bucket: number, factor: number) => Counts;
}

/**
 * One service, seeded.
 *
 * @param perDay judged at the usual rate
 * @param rateAt what people would pass at an instant
 */
export function makeZoomedWorld(
  pattern: Pattern,
  perDay: number,
  rateAt: (at: number) => number,
  seed: string,
): ZoomedWorld {
  const random = createRandom(`${seed}/${pattern}/${perDay}`);
  const perBucket = perDay / bucketsPerDay;
  const hours = new Map<number, number>();
  const ofHour = (at: number) => {
    const start = floorTo(at, hour);
    let logit = hours.get(start);
    if (logit === undefined) {
      hours.clear();
      logit = hoursDiffer * random.normal();
      hours.set(start, logit);
    }
    return logit;
  };
  return {
    draw(bucket, factor) {
      const rate = rateAt(bucket);
      switch (pattern) {
        case 'plain':
          return judgedAlone(random, perBucket * factor, judgeRate(rate));
        case 'swings': {
          const phase = ((bucket % day) / day) * 2 * Math.PI;
          return judgedAlone(
            random,
            perBucket * factor,
            judgeRate(Math.min(1, rate + swing * Math.sin(phase))),
          );
        }
        case 'hours':
          return judgedAlone(random, perBucket * factor, judgeRate(shifted(rate, ofHour(bucket))));
        case 'buckets':
          return judgedAlone(random, perBucket * factor, beta(random, judgeRate(rate), withinBucket));
        case 'conversations of 5':
          return judgedWhole(random, perBucket * factor, judgeRate(rate), 5);
        case 'conversations of 10':
          return judgedWhole(random, perBucket * factor, judgeRate(rate), 10);
      }
    },
  };
}

/** A binomial number of many rare tries stands for a Poisson one. */
function poisson(random: RandomSource, mean: number): number {
  const tries = Math.max(1_000, Math.ceil(100 * mean));
  return random.binomial(tries, mean / tries);
}

function judgedAlone(random: RandomSource, mean: number, rate: number): Counts {
  const total = poisson(random, mean);
  return { good: random.binomial(total, rate), total };
}

function judgedWhole(random: RandomSource, mean: number, rate: number, size: number): Counts {
  const conversations = poisson(random, mean / size);
  let good = 0;
  for (let index = 0; index < conversations; index += 1)
    good += random.binomial(size, beta(random, rate, withinConversation));
  return { good, total: size * conversations };
}

/** The service's rate, moved on the logit scale; over all hours their mean is the rate itself, within a thousandth. */
function shifted(rate: number, by: number): number {
  const atMean = Math.log(rate / (1 - rate)) + 0.5 * hoursDiffer ** 2 * (2 * rate - 1);
  return 1 / (1 + Math.exp(-(atMean + by)));
}

/** A beta number of mean `rate`, whose verdicts correlate by so much. */
function beta(random: RandomSource, rate: number, correlation: number): number {
  const spread = 1 / correlation - 1;
  const passes = gamma(random, spread * rate);
  return passes / (passes + gamma(random, spread * (1 - rate)));
}

/** G. Marsaglia and W. W. Tsang 2000; under 1 by a power of a uniform number. */
function gamma(random: RandomSource, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A service that is well, and from an instant on passes less. */
export function dropAfter(start: number, to: number): (at: number) => number {
  return (at) => (at < start ? healthyRate : to);
}
