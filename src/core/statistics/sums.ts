/** The sum of a list; 0 of an empty one. */
export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The arithmetic mean of a list that is not empty. `mean([1, 2, 6])` is 3. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** The mean squared distance from the mean (divided by the count, not by one less), of a list that is not empty. */
export function populationVariance(values: readonly number[]): number {
  const centre = mean(values);
  return sum(values.map((value) => (value - centre) ** 2)) / values.length;
}

/** The mean product of the distances from the two means (divided by the count), of paired lists that are not empty. */
export function populationCovariance(first: readonly number[], second: readonly number[]): number {
  const centreOfFirst = mean(first);
  const centreOfSecond = mean(second);
  const products = first.map((value, i) => (value - centreOfFirst) * ((second[i] ?? 0) - centreOfSecond));
  return sum(products) / first.length;
}
