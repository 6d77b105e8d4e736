import { requireInnerRatio } from './checks.ts';

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Beyond this many standard deviations the tail is computed by itself; nearer, as a half less the middle. */
const tailFrom = 2.5;

function logDensity(z: number): number {
  return -0.5 * z * z - halfLogTwoPi;
}

/** Upper tail over density for z >= 2.5, by Laplace's continued fraction (NIST DLMF 7.9.3), innermost term first. */
function millsRatio(z: number): number {
  let fraction = z;
  for (let term = Math.ceil(20 + 450 / (z * z)); term >= 1; term -= 1) fraction = z + term / fraction;
  return 1 / fraction;
}

/** The chance of a standard normal variable between 0 and z, for |z| < 2.5 (Marsaglia 2004, J. Stat. Softw. 11(4)). */
function middlePart(z: number): number {
  let term = z;
  let total = z;
  for (let odd = 3; odd < 200; odd += 2) {
    term *= (z * z) / odd;
    const next = total + term;
    if (next === total) break;
    total = next;
  }
  return Math.exp(logDensity(z)) * total;
}

/**
 * Lower tail of the standard normal distribution: the chance of at most `z` (any number but NaN: RangeError).
 * Relative error below 1e-13 down to where doubles end. `normalLowerTail(-1.96)` is 0.0249978951482.
 */
export function normalLowerTail(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('normalLowerTail wants a number, not NaN');
  if (z > tailFrom) return 1 - normalLowerTail(-z);
  if (z < -tailFrom) return Math.exp(logNormalLowerTail(z));
  return 0.5 + middlePart(z);
}

/** Upper tail of the standard normal distribution: the chance of more than `z`. `normalUpperTail(1.96)` is 0.0249978951482. */
export function normalUpperTail(z: number): number {
  return normalLowerTail(-z);
}

/** ln of {@link normalLowerTail}, also where the tail itself is 0 as a double. `logNormalLowerTail(-40)` is -804.608. */
export function logNormalLowerTail(z: number): number {
  if (z === Number.NEGATIVE_INFINITY) return z;
  if (z < -tailFrom) return logDensity(z) + Math.log(millsRatio(-z));
  return z > tailFrom ? Math.log1p(-normalLowerTail(-z)) : Math.log(normalLowerTail(z));
}

/**
 * Quantile of the standard normal distribution: the z whose lower tail is `probability`, strictly between 0 and 1
 * (else RangeError). Absolute error below 1e-13.
 *
 * Source: Abramowitz & Stegun 26.2.23 for a start, then Halley's method on the tail itself.
 * `normalQuantile(0.975)` is 1.95996398454005.
 */
export function normalQuantile(probability: number): number {
  requireInnerRatio('a probability', probability);
  if (probability === 0.5) return 0;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const t = Math.sqrt(-2 * Math.log(probability));
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let turn = 0; turn < 8; turn += 1) {
    const error = (normalLowerTail(z) - probability) / Math.exp(logDensity(z));
    const step = error / (1 + 0.5 * z * error);
    z -= step;
    if (Math.abs(step) < 1e-8 * (1 + Math.abs(z))) break;
  }
  return z;
}

/** The z of a two-sided interval: `twoSidedQuantile(0.95)` is 1.95996398454005. `confidence` strictly between 0 and 1. */
export function twoSidedQuantile(confidence: number): number {
  requireInnerRatio('confidence', confidence);
  return -normalQuantile((1 - confidence) / 2);
}

/** The z of a one-sided bound: `oneSidedQuantile(0.95)` is 1.64485362695147; negative below confidence .5. */
export function oneSidedQuantile(confidence: number): number {
  requireInnerRatio('confidence', confidence);
  return -normalQuantile(1 - confidence);
}
