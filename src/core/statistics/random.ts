import { createHash } from 'node:crypto';
import { stirlingRemainder } from './gamma.ts';

/** A source of random numbers that gives the same sequence for the same seed, on any machine. For simulations only. */
export interface RandomSource {
  /** A uniform number in [0, 1), of 53 random bits. */
  uniform(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** True with the given chance. */
  chance(probability: number): boolean;
  /** A normal number of mean 0 and standard deviation 1. */
  normal(): number;
  /** The number of successes in `events` tries of chance `probability`. */
  binomial(events: number, probability: number): number;
  /** A new list in random order. */
  shuffle<Item>(items: readonly Item[]): Item[];
}

/** From this mean on binomial numbers are drawn by rejection, below by adding up the distribution. */
const rejectionFrom = 10;

/**
 * Makes a random source from a seed. Generator: sfc32 (C. Doty-Humphrey, PractRand), its state the SHA-256 of the seed.
 * `createRandom('demo').uniform()` is the same number each time it is called anew.
 */
export function createRandom(seed: string | number): RandomSource {
  const uniform = uniformFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const integer = (below: number) => Math.floor(uniform() * below);
  return {
    uniform,
    integer,
    normal,
    chance: (probability) => uniform() < probability,
    binomial: (events, probability) => drawBinomial(uniform, events, probability),
    shuffle: (items) => shuffled(items, integer),
  };
}

function uniformFrom(seed: string | number): () => number {
  const digest = createHash('sha256').update(String(seed)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
  for (let turn = 0; turn < 15; turn += 1) next();
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
}

function shuffled<Item>(items: readonly Item[], integer: (below: number) => number): Item[] {
  const keyed = items.map((item) => ({ item, key: 0 }));
  for (const entry of keyed) entry.key = integer(2 ** 50);
  return keyed.sort((first, second) => first.key - second.key).map(({ item }) => item);
}

function drawBinomial(uniform: () => number, events: number, probability: number): number {
  if (!(Number.isInteger(events) && events >= 0) || !(probability >= 0 && probability <= 1)) {
    throw new RangeError(
      `binomial wants a whole number of tries and a chance, not ${events} and ${probability}`,
    );
  }
  if (probability > 0.5) return events - drawBinomial(uniform, events, 1 - probability);
  if (events === 0 || probability === 0) return 0;
  return events * probability < rejectionFrom
    ? drawByInversion(uniform, events, probability)
    : drawByRejection(uniform, events, probability);
}

/** Adds up the distribution from 0 until it passes a uniform number; `probability` at most 1/2, a small mean. */
function drawByInversion(uniform: () => number, events: number, probability: number): number {
  const odds = probability / (1 - probability);
  let remaining = uniform();
  let mass = (1 - probability) ** events;
  let successes = 0;
  while (remaining > mass && successes < events) {
    remaining -= mass;
    successes += 1;
    mass *= (odds * (events - successes + 1)) / successes;
  }
  return successes;
}

/** Transformed rejection, W. Hörmann 1993, "The generation of binomial random variates", algorithm BTRS. */
function drawByRejection(uniform: () => number, events: number, probability: number): number {
  const spread = Math.sqrt(events * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = events * probability + 0.5;
  const quick = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((events + 1) * probability);
  const logFactorial = (n: number) =>
    n === 0 ? 0 : (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + stirlingRemainder(n);
  const logOdds = Math.log(probability / (1 - probability));
  const atMode = logFactorial(mode) + logFactorial(events - mode);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const distance = 0.5 - Math.abs(u);
    const drawn = Math.floor(((2 * a) / distance + b) * u + centre);
    if (distance >= 0.07 && v <= quick) return drawn;
    if (drawn < 0 || drawn > events) continue;
    const bound = Math.log((v * alpha) / (a / (distance * distance) + b));
    const density = atMode - logFactorial(drawn) - logFactorial(events - drawn) + (drawn - mode) * logOdds;
    if (bound <= density) return drawn;
  }
}
