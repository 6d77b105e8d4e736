import { requireRatio } from './checks.ts';
import { deviancePart, stirlingRemainder } from './gamma.ts';
import { normalQuantile } from './normal.ts';

const tiny = 1e-300;
const closeEnough = 4e-16;

/** The two parameters of a beta distribution, each above 0. */
export interface BetaShape {
  a: number;
  b: number;
}

/**
 * ln of x^a y^b / B(a, b), x y times the density, where y is 1 - x, given apart because near x = 1 the difference
 * would be lost; both strictly between 0 and 1.
 * Loader's saddle-point form: its terms are of the size of the result, so that nothing cancels at a + b = 10^6.
 */
export function logBetaWeight({ a, b }: BetaShape, x: number, y: number): number {
  const total = a + b;
  return (
    0.5 * Math.log((a / total) * (b / (2 * Math.PI))) -
    deviancePart(a, total * x) -
    deviancePart(b, total * y) +
    (stirlingRemainder(total) - stirlingRemainder(a) - stirlingRemainder(b))
  );
}

/** The continued fraction of the incomplete beta function, DLMF 8.17.22, by Lentz's method; for x below about the mean. */
function betaFraction({ a, b }: BetaShape, x: number): number {
  const avoidZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / avoidZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  const most = 1000 + 20 * Math.sqrt(a + b);
  for (let m = 1; m <= most; m += 1) {
    const top = a + 2 * m;
    const even = ((m * (b - m)) / (top - 1)) * (x / top);
    d = 1 / avoidZero(1 + even * d);
    c = avoidZero(1 + even / c);
    fraction *= d * c;
    const odd = -(((a + m) / top) * ((a + b + m) / (top + 1)) * x);
    d = 1 / avoidZero(1 + odd * d);
    c = avoidZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < closeEnough) break;
  }
  return fraction;
}

function requireShape({ a, b }: BetaShape): void {
  if (!(a > 0 && b > 0 && Number.isFinite(a + b))) {
    throw new RangeError(`a beta distribution wants two finite parameters above 0, not ${a} and ${b}`);
  }
}

/**
 * Natural logarithm of the regularised incomplete beta function I_x(a, b), with the complement y = 1 - x given apart.
 *
 * Returns a number of at most 0, -Infinity at x = 0. Below the mean its error is about 1e-12 of the *value* of I
 * even where I is far below the smallest double; above it I itself is exact to about 1e-15.
 * Sources: C. Loader 2000 for the weight, NIST DLMF 8.17.22 for the fraction, DLMF 8.17.4 for the other half.
 */
export function logRegularizedBetaWithComplement(shape: BetaShape, x: number, y: number): number {
  requireShape(shape);
  requireRatio('x', x);
  if (x === 0 || y === 0) return x === 0 ? Number.NEGATIVE_INFINITY : 0;
  const { a, b } = shape;
  if (x * (a + b + 2) <= a + 1) {
    const log = logBetaWeight(shape, x, y) - Math.log(a) + Math.log(betaFraction(shape, x));
    return Math.min(0, log);
  }
  const swapped = { a: b, b: a };
  const logOther = logBetaWeight(swapped, y, x) - Math.log(b) + Math.log(betaFraction(swapped, y));
  return logOther >= 0 ? Number.NEGATIVE_INFINITY : Math.log1p(-Math.exp(logOther));
}

/** ln I_x(a, b); see {@link logRegularizedBetaWithComplement}. `logRegularizedBeta({ a: 1, b: 1 }, 0.5)` is ln 0.5. */
export function logRegularizedBeta(shape: BetaShape, x: number): number {
  return logRegularizedBetaWithComplement(shape, x, 1 - x);
}

/**
 * Regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) variable is at most x.
 *
 * `shape`: both parameters finite and above 0; `x` in [0, 1]; else RangeError. Returns a ratio in [0, 1].
 * Source: NIST DLMF 8.17. `regularizedBeta({ a: 2, b: 2 }, 0.5)` is 0.5.
 */
export function regularizedBeta(shape: BetaShape, x: number): number {
  requireShape(shape);
  requireRatio('x', x);
  const y = 1 - x;
  const { a, b } = shape;
  if (x === 0 || y === 0) return x;
  if (x * (a + b + 2) <= a + 1) {
    return Math.min(1, (Math.exp(logBetaWeight(shape, x, y)) * betaFraction(shape, x)) / a);
  }
  const swapped = { a: b, b: a };
  return Math.max(0, 1 - (Math.exp(logBetaWeight(swapped, y, x)) * betaFraction(swapped, y)) / b);
}

/** A first guess of a beta quantile: A&S 26.5.22 where both parameters are at least 1, else the two power tails. */
function guessQuantile({ a, b }: BetaShape, probability: number): number {
  if (a >= 1 && b >= 1) {
    const z = -normalQuantile(probability);
    const skew = (z * z - 3) / 6;
    const harmonic = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1));
    const spread =
      (z * Math.sqrt(skew + harmonic)) / harmonic -
      (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (skew + 5 / 6 - 2 / (3 * harmonic));
    const guess = a / (a + b * Math.exp(2 * spread));
    if (Number.isFinite(guess)) return guess;
  }
  const low = Math.exp(a * Math.log(a / (a + b))) / a;
  const high = Math.exp(b * Math.log(b / (a + b))) / b;
  const whole = low + high;
  if (probability < low / whole) return (a * whole * probability) ** (1 / a);
  return 1 - (b * whole * (1 - probability)) ** (1 / b);
}

/**
 * Quantile of the beta distribution: the x in [0, 1] with I_x(a, b) = probability.
 *
 * `probability` in [0, 1]; else RangeError. Exact to about 1e-14 of x. Halley's step inside a bracket that each
 * evaluation narrows, so it always ends. `betaQuantile({ a: 1, b: 1 }, 0.3)` is 0.3.
 */
export function betaQuantile(shape: BetaShape, probability: number): number {
  requireShape(shape);
  requireRatio('a probability', probability);
  if (probability === 0 || probability === 1) return probability;
  let low = 0;
  let high = 1;
  let x = Math.min(1 - 1e-15, Math.max(tiny, guessQuantile(shape, probability)));
  for (let turn = 0; turn < 300; turn += 1) {
    const excess = regularizedBeta(shape, x) - probability;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    const next = halleyStep(shape, x, excess);
    const moved = next > low && next < high ? next : middle(low, high);
    if (Math.abs(moved - x) <= 2e-16 * x || high - low <= 2e-16 * high) return moved;
    x = moved;
  }
  return x;
}

/** The middle of a bracket, on a logarithmic scale where its ends differ in magnitude. */
function middle(low: number, high: number): number {
  if (high > 100 * Math.max(low, tiny)) return Math.sqrt(Math.max(low, tiny) * high);
  return low + (high - low) / 2;
}

function halleyStep({ a, b }: BetaShape, x: number, excess: number): number {
  const y = 1 - x;
  const density = Math.exp(logBetaWeight({ a, b }, x, y)) / (x * y);
  const newton = excess / density;
  const bend = Math.min(1, newton * ((a - 1) / x - (b - 1) / y));
  return x - newton / (1 - 0.5 * Math.max(-1, bend));
}
