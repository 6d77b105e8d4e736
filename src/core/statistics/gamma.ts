const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** From here on seven terms of Stirling's series leave less than 1e-16. */
const seriesFrom = 10;

const stirlingCoefficients = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/**
 * What Stirling's formula leaves out of the logarithm of the gamma function:
 * ln Γ(x) - ((x - 1/2) ln x - x + 1/2 ln 2π), for x > 0.
 *
 * Source: NIST DLMF 5.11.1; below 10 by its recurrence, each step of which is small and so loses nothing.
 * `stirlingRemainder(1)` is 1 - ln(2π)/2 = 0.0810614667953.
 */
export function stirlingRemainder(x: number): number {
  let remainder = 0;
  let shifted = x;
  while (shifted < seriesFrom) {
    remainder += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
    shifted += 1;
  }
  const inverseSquare = 1 / (shifted * shifted);
  const series = stirlingCoefficients.reduceRight((tail, term) => term + tail * inverseSquare, 0);
  return remainder + series / shifted;
}

/**
 * Natural logarithm of the absolute value of the gamma function.
 *
 * `x`: any finite number but 0 and the negative integers, where it has poles (RangeError).
 * Error below 1e-14 of the larger of 1 and the value. Source: NIST DLMF 5.11.1 and 5.5.3 (reflection).
 * `logGamma(5)` is ln 24 = 3.17805383034795.
 */
export function logGamma(x: number): number {
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) {
    throw new RangeError(`logGamma wants a finite number that is no pole (0, -1, -2, …), not ${x}`);
  }
  if (x === 1 || x === 2) return 0;
  if (x < 0) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingRemainder(x);
}

/**
 * The deviance part x ln(x / expected) + expected - x, for x >= 0 and expected > 0, without the
 * cancellation that the formula itself suffers where the two are close.
 *
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000 (his bd0).
 * `deviancePart(12, 10)` is 12 ln 1.2 - 2 = 0.187858680.
 */
export function deviancePart(x: number, expected: number): number {
  if (x === 0) return expected;
  const difference = x - expected;
  if (Math.abs(difference) > 0.1 * (x + expected)) return x * Math.log(x / expected) - difference;
  const ratio = difference / (x + expected);
  let total = difference * ratio;
  let power = 2 * x * ratio;
  for (let odd = 3; odd < 200; odd += 2) {
    power *= ratio * ratio;
    const next = total + power / odd;
    if (next === total) break;
    total = next;
  }
  return total;
}
