/*
 * Preconditions. A broken one is a mistake of the caller's, so it throws; what data may bring about
 * (an empty stratum, a constant rater) is a `Computed` result instead.
 */

/** Throws RangeError unless `value` is a finite number of at least 0. */
export function requireCount(name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(`${name} must be a finite number of at least 0, not ${value}: pass a count`);
  }
}

/** Throws RangeError unless 0 <= part <= whole, both finite. */
export function requirePartOf(name: string, part: number, whole: number): void {
  requireCount(name, part);
  requireCount(`the whole of ${name}`, whole);
  if (part > whole) {
    throw new RangeError(`${name} must not exceed its whole, but ${part} > ${whole}: check which is which`);
  }
}

/** Throws RangeError unless `value` lies in [0, 1]. */
export function requireRatio(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${name} must be a ratio in [0, 1], not ${value}: divide a percentage by 100`);
  }
}

/** Throws RangeError unless `value` lies strictly between 0 and 1. */
export function requireInnerRatio(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new RangeError(
      `${name} must be a ratio strictly between 0 and 1, not ${value}: divide a percentage by 100`,
    );
  }
}

/** Throws RangeError unless the two lists are of one length. */
export function requireSameLength(
  firstName: string,
  first: readonly unknown[],
  secondName: string,
  second: readonly unknown[],
): void {
  if (first.length !== second.length) {
    throw new RangeError(
      `${firstName} and ${secondName} must be paired, but have ${first.length} and ${second.length} entries: drop the unpaired`,
    );
  }
}

/** Throws RangeError unless every entry is a finite number. */
export function requireFinite(name: string, values: readonly number[]): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new RangeError(
      `${name} must hold finite numbers, but entry ${index} is ${values[index]}: drop missing ones`,
    );
  }
}
