import { betaQuantile, regularizedBeta } from '#core/statistics/beta.ts';
import { binomialCriticalPasses, binomialLowerTail } from '#core/statistics/binomial.ts';
import { logGamma } from '#core/statistics/gamma.ts';
import { normalLowerTail, normalQuantile } from '#core/statistics/normal.ts';
import { type Families, family, number } from './family.ts';

export const distributions: Families = {
  lgamma: family({ x: number }, ({ x }) => ({ v: logGamma(x) })),
  betainc: family({ a: number, b: number, x: number }, ({ a, b, x }) => ({
    I: regularizedBeta({ a, b }, x),
  })),
  betaincinv: family({ a: number, b: number, p: number }, ({ a, b, p }) => ({
    x: betaQuantile({ a, b }, p),
  })),
  norm_cdf: family({ z: number }, (input) => ({ p: normalLowerTail(input.z) })),
  norm_ppf: family({ p: number }, ({ p }) => ({ z: normalQuantile(p) })),
  binom_test_less: family({ k: number, n: number, p0: number }, ({ k, n, p0 }) => {
    const tail = binomialLowerTail({ passes: k, events: n }, p0);
    return { p: tail.probability, logp: tail.logProbability };
  }),
  binom_critical_less: family({ n: number, p0: number, alpha: number }, ({ n, p0, alpha }) => {
    const critical = binomialCriticalPasses({ events: n, passChance: p0, alpha });
    const tail = (passes: number) =>
      passes < 0 ? 0 : binomialLowerTail({ passes, events: n }, p0).probability;
    return { k_crit: critical, p_at_k: tail(critical), p_at_k_plus_1: tail(critical + 1) };
  }),
};
