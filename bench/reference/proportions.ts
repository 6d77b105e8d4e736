import { z } from 'zod';
import { burnRate } from '#core/statistics/burn-rate.ts';
import { moverWilson } from '#core/statistics/mover.ts';
import {
  clopperPearsonInterval,
  jeffreysInterval,
  wilsonInterval,
} from '#core/statistics/proportion-interval.ts';
import { type Families, family, number, pair } from './family.ts';

export const proportions: Families = {
  burn_rate: family({ target: number, error_rate: number }, ({ target, error_rate }) => {
    const rate = burnRate(error_rate, target);
    return { burn: rate.ok ? rate.burn : null, max_burn: rate.ok ? rate.maxBurn : null };
  }),
  proportion_ci: family({ k: number, n: number, conf: number }, ({ k, n, conf }) => {
    const tally = { passes: k, events: n };
    return {
      wilson: pair(wilsonInterval(tally, conf)),
      clopper_pearson: pair(clopperPearsonInterval(tally, conf)),
      jeffreys: pair(jeffreysInterval(tally, conf)),
    };
  }),
  mover_wilson_difference: family(
    { terms: z.array(z.object({ w: number, k: number, n: number })), conf: number },
    ({ terms, conf }) => {
      const found = moverWilson(
        terms.map(({ w, k, n }) => ({ weight: w, passes: k, events: n })),
        conf,
      );
      return { estimate: found.ok ? found.estimate : null, ci: found.ok ? pair(found) : null };
    },
  ),
};
