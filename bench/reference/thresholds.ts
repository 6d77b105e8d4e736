import { z } from 'zod';
import { gatherEvidence, meanEvidence } from '#core/statistics/detector.ts';
import { differenceThreshold } from '#core/statistics/difference-threshold.ts';
import { labelShiftThreshold } from '#core/statistics/label-shift-threshold.ts';
import { type Families, family, number, numbers } from './family.ts';

const differenceFamily = family(
  {
    strata: z.array(
      z.object({ judge_pass: z.union([number, z.boolean()]), N: number, n: number, h: number }),
    ),
    p0: number,
    conf: number,
  },
  ({ strata, p0, conf }) => {
    const verdicts = strata.map(({ judge_pass, N, n, h }) => ({
      judgePass: Boolean(judge_pass),
      judged: N,
      rated: n,
      passed: h,
    }));
    const found = differenceThreshold({ strata: verdicts }, p0, conf);
    return {
      judge_rate_cal: found.ok ? found.judgeRate : null,
      human_rate_cal: found.ok ? found.humanRate : null,
      delta: found.ok ? found.difference : null,
      q_star: found.ok ? found.threshold : null,
      q_star_lower: found.ok ? found.lower : null,
      q_star_upper: found.ok ? found.upper : null,
    };
  },
);

const labelShiftFamily = family(
  {
    N_fail: number,
    n_fail: number,
    h_fail: number,
    N_pass: number,
    n_pass: number,
    h_pass: number,
    p0: number,
    conf: number,
  },
  (input) => {
    const judgeFailed = { judged: input.N_fail, rated: input.n_fail, passed: input.h_fail };
    const judgePassed = { judged: input.N_pass, rated: input.n_pass, passed: input.h_pass };
    const found = labelShiftThreshold({ judgeFailed, judgePassed }, input.p0, input.conf);
    return {
      q_star: found.ok ? found.threshold : null,
      q_star_lower: found.ok ? found.lower : null,
      tpr: found.ok ? found.sensitivity : null,
      fpr: found.ok ? found.falsePassRate : null,
      J: found.ok ? found.slope : null,
    };
  },
);

const detectorFamily = family(
  {
    batches_pass_fail: z.array(z.tuple([number, number])),
    m: number,
    alternatives: numbers,
    weights: numbers,
    restart_every: z.number().int().positive(),
    cap: number.nullish(),
  },
  (input) => {
    const plan = {
      threshold: input.m,
      alternatives: input.alternatives,
      weights: input.weights,
      cap: input.cap ?? Number.MAX_VALUE,
    };
    let evidence = input.alternatives.map(() => 0);
    const M = input.batches_pass_fail.map(([passes, fails], batch) => {
      evidence = gatherEvidence(plan, evidence, {
        passes,
        fails,
        restart: batch % input.restart_every === 0,
      });
      return meanEvidence(plan, evidence);
    });
    return { M };
  },
);

/** Where a judge's rate means trouble, and the evidence that gathers beyond it. */
export const thresholds: Families = {
  difference_threshold: differenceFamily,
  rg_threshold_stratified: labelShiftFamily,
  sr_e_detector: detectorFamily,
};
