import { requireCount } from './checks.ts';

/** Beyond so many standard deviations a number is as good as impossible: under 1e-20. */
const reach = 10;

/** Draws a Poisson number from a uniform one in [0, 1). */
export type PoissonDraw = (uniform: number) => number;

/**
 * A Poisson number of a given mean by inversion of its table, which is made once: for simulations that draw very many of
 * the same mean. `mean`: 0 or more (RangeError). `makePoisson(3)(0.5)` is 3.
 */
export function makePoisson(mean: number): PoissonDraw {
  requireCount('the mean', mean);
  if (mean === 0) return () => 0;
  const spread = reach * Math.sqrt(mean) + reach;
  const first = Math.max(0, Math.floor(mean - spread));
  const cumulative = tabulate(mean, first, Math.ceil(mean + 2 * spread));
  const count = cumulative.length;
  // Where to begin looking, by the uniform number's share of the table.
  const begins = new Int32Array(count + 1);
  for (let slot = 0, index = 0; slot <= count; slot += 1) {
    while (index < count - 1 && (cumulative[index] ?? 1) <= slot / count) index += 1;
    begins[slot] = index;
  }
  return (uniform) => {
    let index = begins[Math.floor(uniform * count)] ?? 0;
    while (index < count - 1 && (cumulative[index] ?? 1) <= uniform) index += 1;
    return first + index;
  };
}

/** Chances of at most `first`, `first + 1` … `last`, from the mode outwards so that nothing underflows. */
function tabulate(mean: number, first: number, last: number): Float64Array {
  const masses = new Float64Array(last - first + 1);
  const mode = Math.floor(mean);
  masses[mode - first] = 1;
  for (let k = mode; k < last; k += 1) masses[k + 1 - first] = ((masses[k - first] ?? 0) * mean) / (k + 1);
  for (let k = mode; k > first; k -= 1) masses[k - 1 - first] = ((masses[k - first] ?? 0) * k) / mean;
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  let sum = 0;
  return masses.map((mass) => {
    sum += mass / total;
    return sum;
  });
}
