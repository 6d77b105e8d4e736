const step = 1 / 24;
/** Beyond this the weight of a node is below 1e-13 of the middle one's. */
const farthest = 3.125;

interface Node {
  /** Distance from the nearer end, as a share of the range. */
  inset: number;
  weight: number;
}

/** The nodes of one half of the range, its middle apart. */
const halfNodes: readonly Node[] = Array.from({ length: farthest / step }, (_, index) => {
  const t = (index + 1) * step;
  const bend = (Math.PI / 2) * Math.sinh(t);
  return {
    inset: 1 / (1 + Math.exp(2 * bend)),
    weight: (step * Math.PI * Math.cosh(t)) / (4 * Math.cosh(bend) ** 2),
  };
});
const middleWeight = (step * Math.PI) / 4;

/**
 * The integral of a bounded function from `from` to `to` (finite; 0 where `to` is not above `from`) by the
 * double-exponential rule of 151 nodes, none of them an end.
 *
 * About 1e-12 of the range times the function's largest value, where the function is smooth within, even with roots
 * or kinks at its ends; cut the range at any kink, and to about 20 standard deviations of a peak.
 * Source: H. Takahasi and M. Mori 1974, Publ. RIMS 9.
 * `integrate(Math.sqrt, 0, 1)` is 2/3.
 */
export function integrate(height: (at: number) => number, from: number, to: number): number {
  const range = to - from;
  if (!(range > 0)) return 0;
  let total = middleWeight * height(from + range / 2);
  for (const { inset, weight } of halfNodes) {
    total += weight * (height(from + range * inset) + height(to - range * inset));
  }
  return range * total;
}
