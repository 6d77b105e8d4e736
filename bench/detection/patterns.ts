import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { bucketsPerDay, bucketsPerHour, bucketWidth, day } from '#core/time.ts';
import { droppedRate, healthyRate, objective } from './series.ts';

/** Worlds whose events are not as alike as coins: what a service's months look like, and what may befall it. */

/** Any Monday will do. */
export const origin = Date.UTC(2026, 0, 5);

/** What comes before is history: alarms in it do not count. */
export const historyDays = 7;

export interface Pattern {
  readonly id: string;
  readonly label: string;
  /** After the history. */
  readonly days: number;
  /** `quiet`: an alarm is false. Else what an alarm is late by: the fractional day after the history that it is told from. */
  readonly wanted: 'quiet' | { readonly fromDay: number; readonly unit: 'hours' | 'days' | 'found' };
  readonly fill: (random: RandomSource, perDay: number, buckets: Buckets) => void;
  /** Buckets that come in late, all at the end of the stretch; fractional days after the history. */
  readonly late?: { readonly from: number; readonly to: number };
}

/** Counts of 5 minutes each, the history included. */
export interface Buckets {
  readonly good: Float64Array;
  readonly total: Float64Array;
  /** Good events that the rate of the moment makes of them: what the service was worth, luck apart. */
  readonly expected: Float64Array;
}

export interface PatternWorld extends Buckets {
  readonly pattern: Pattern;
  readonly perDay: number;
}

const logitSpread = 0.4;
const icc = 0.3;

/** A point of quality a week, from the end of the history on. */
const lostPerDay = 0.01 / 7;
const crossesObjective = (healthyRate - objective) / lostPerDay;

export const patterns: readonly Pattern[] = [
  quiet(
    'plain',
    'plain',
    each(() => healthyRate),
  ),
  quiet('conversations-5', 'conversations of 5', conversations(5)),
  quiet('conversations-10', 'of 10', conversations(10)),
  quiet(
    'hours',
    'uneven hours',
    byHour((random) => fromLogit(toLogit(0.95) + logitSpread * random.normal())),
  ),
  quiet(
    'buckets',
    'uneven buckets',
    each((_, random) => drawBeta(random, healthyRate, 0.05)),
  ),
  quiet(
    'swings',
    'swings',
    each((at) => healthyRate + 0.03 * Math.sin(2 * Math.PI * at)),
  ),
  quiet('weekends', 'weekends', weekends),
  {
    ...quiet(
      'backlog',
      'backlog',
      each(() => healthyRate),
    ),
    late: { from: 10, to: 10.5 },
  },
  {
    id: 'drop',
    label: 'drop to .80',
    days: 28,
    wanted: { fromDay: 3, unit: 'hours' },
    fill: each((at) => (at < 3 ? healthyRate : droppedRate)),
  },
  {
    id: 'bad-hour',
    label: 'an hour at .50',
    days: 5,
    wanted: { fromDay: 3, unit: 'found' },
    fill: each((at) => (at >= 3 && at < 3 + 1 / 24 ? 0.5 : healthyRate)),
  },
  {
    id: 'drift',
    label: 'a point a week',
    days: 63,
    wanted: { fromDay: crossesObjective, unit: 'days' },
    fill: each((at) => (at < 0 ? healthyRate : healthyRate - lostPerDay * at)),
  },
];

export function makePatternWorld(pattern: Pattern, perDay: number, seed: string): PatternWorld {
  const count = (historyDays + pattern.days) * bucketsPerDay;
  const buckets = {
    good: new Float64Array(count),
    total: new Float64Array(count),
    expected: new Float64Array(count),
  };
  pattern.fill(createRandom(`${seed}/${pattern.id}/${perDay}`), perDay, buckets);
  return { pattern, perDay, ...buckets };
}

/** When a bucket starts, epoch milliseconds. */
export function bucketStart(index: number): number {
  return origin + index * bucketWidth;
}

/** Days after the history, negative in it. */
export function dayOf(at: number): number {
  return (at - origin) / day - historyDays;
}

function quiet(id: string, label: string, fill: Pattern['fill']): Pattern {
  return { id, label, days: 30, wanted: 'quiet', fill };
}

/** A rate for each bucket, by the day after the history. */
function each(rateAt: (at: number, random: RandomSource) => number): Pattern['fill'] {
  return (random, perDay, buckets) => {
    for (let index = 0; index < buckets.total.length; index += 1)
      fillBucket(random, perDay, buckets, index, rateAt(dayOf(bucketStart(index)), random));
  };
}

function byHour(rateOf: (random: RandomSource) => number): Pattern['fill'] {
  return (random, perDay, buckets) => {
    let rate = healthyRate;
    for (let index = 0; index < buckets.total.length; index += 1) {
      if (index % bucketsPerHour === 0) rate = rateOf(random);
      fillBucket(random, perDay, buckets, index, rate);
    }
  };
}

/** A fifth of the traffic at weekends, half of it at night. */
function weekends(random: RandomSource, perDay: number, buckets: Buckets): void {
  for (let index = 0; index < buckets.total.length; index += 1) {
    const at = bucketStart(index);
    const weekday = Math.floor((at - origin) / day) % 7;
    const night = at % day < day / 3 ? 0.5 : 1.25;
    fillBucket(random, perDay * night * (weekday >= 5 ? 0.2 : 1.32), buckets, index, healthyRate);
  }
}

function fillBucket(
  random: RandomSource,
  perDay: number,
  { good, total, expected }: Buckets,
  index: number,
  rate: number,
): void {
  const mean = perDay / bucketsPerDay;
  // A binomial number of many rare tries stands for a Poisson one.
  const tries = Math.max(1_000, Math.ceil(100 * mean));
  const events = random.binomial(tries, mean / tries);
  total[index] = events;
  good[index] = random.binomial(events, rate);
  expected[index] = events * rate;
}

/** Conversations that are good or bad as a whole by a correlation of .3, two turns in 5 minutes. */
function conversations(size: number): Pattern['fill'] {
  return (random, perDay, { good, total, expected }) => {
    const last = total.length - 1;
    const count = Math.round(((perDay / bucketsPerDay) * total.length) / size);
    for (let conversation = 0; conversation < count; conversation += 1) {
      const rate = drawBeta(random, healthyRate, icc);
      const begins = random.integer(total.length);
      for (let turn = 0; turn < size; turn += 1) {
        const index = Math.min(last, begins + Math.floor(turn / 2));
        total[index] = (total[index] ?? 0) + 1;
        expected[index] = (expected[index] ?? 0) + healthyRate;
        if (random.chance(rate)) good[index] = (good[index] ?? 0) + 1;
      }
    }
  };
}

const toLogit = (share: number) => Math.log(share / (1 - share));
const fromLogit = (logit: number) => 1 / (1 + Math.exp(-logit));

/** A beta number of this mean, whose tries correlate so. */
function drawBeta(random: RandomSource, mean: number, correlation: number): number {
  const size = 1 / correlation - 1;
  const first = drawGamma(random, mean * size);
  return first / (first + drawGamma(random, (1 - mean) * size));
}

/** Marsaglia and Tsang 2000. */
function drawGamma(random: RandomSource, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
