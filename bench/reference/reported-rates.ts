import { z } from 'zod';
import { measureDispersion } from '#core/statistics/dispersion.ts';
import { stratifiedRate } from '#core/statistics/stratified-rate.ts';
import { windowRate } from '#core/statistics/window-rate.ts';
import { type Families, family, number } from './family.ts';

const two = z.tuple([number, number]);

/** What a window reports, and how much its hours vary. */
export const reportedRates: Families = {
  jeffreys_stratified: family({ W: two, n: two, h: two, conf: number }, ({ W, n, h, conf }) => {
    const found = stratifiedRate(
      [
        { weight: W[0], passes: h[0], events: n[0] },
        { weight: W[1], passes: h[1], events: n[1] },
      ],
      conf,
    );
    if (!found.ok) return { theta: null, lower: null, upper: null };
    return { theta: found.estimate, lower: found.lower, upper: found.upper };
  }),
  window_rate: family(
    { N: two, n: two, h: two, M: number, x: number, conf: number },
    ({ N, n, h, M, x, conf }) => {
      const judgeFailed = { judged: N[0], rated: n[0], passed: h[0] };
      const judgePassed = { judged: N[1], rated: n[1], passed: h[1] };
      const found = windowRate({ judgeFailed, judgePassed }, { passes: x, events: M }, conf);
      if (!found.ok) return { value: null, lower: null, upper: null, steadyShares: null, steadyJudge: null };
      const { estimate, lower, upper, steadyShares, steadyJudge } = found;
      return {
        value: estimate,
        lower,
        upper,
        steadyShares: [steadyShares.estimate, steadyShares.lower, steadyShares.upper],
        steadyJudge: [steadyJudge.estimate, steadyJudge.lower, steadyJudge.upper],
      };
    },
  ),
  dispersion: family({ hours: z.array(two) }, ({ hours }) => {
    const found = measureDispersion(hours.map(([passes, events]) => ({ passes, events })));
    return { phi: found.ok ? found.factor : null };
  }),
};
