import { z } from 'zod';
import { postStratifiedRate } from '#core/statistics/post-stratified.ts';
import {
  type NormalEstimate,
  predictionPoweredMean,
  summarisePasses,
  summariseScores,
} from '#core/statistics/prediction-powered.ts';
import { langReiczigel, roganGladen, roganGladenFieller } from '#core/statistics/rogan-gladen.ts';
import { type Families, type Fields, family, number, numbers, pair } from './family.ts';

/** Where the estimate of a correction is refused, a file says either null or an error. */
const refused: Fields = { theta: null, error: true };

const confusion = { tp: number, fn: number, fp: number, tn: number };

function normalFields({ estimate, lower, upper }: NormalEstimate): Fields {
  return { theta: estimate, ci: [lower, upper] };
}

const ppiFamily = family(
  {
    Y: numbers,
    F: numbers,
    F_unlabeled: numbers.nullish(),
    F_unlabeled_counts: z.object({ n: number, sum: number }).nullish(),
    w: numbers.nullish(),
    conf: number,
  },
  (input) => {
    const counts = input.F_unlabeled_counts;
    const unrated = counts ? summarisePasses(counts.sum, counts.n) : summariseScores(input.F_unlabeled ?? []);
    const weights = input.w ?? undefined;
    const none = { theta: null, ci: [null, null] };
    const result = predictionPoweredMean({ ratings: input.Y, scores: input.F, unrated, weights }, input.conf);
    if (!result.ok) return { ppi: none, ppi_pp: none, classical: none, lambda: null };
    return {
      ppi: normalFields(result.ppi),
      classical: normalFields(result.classical),
      ppi_pp: result.tuned.ok ? normalFields(result.tuned) : none,
      lambda: result.tuned.ok ? result.tuned.lambda : null,
    };
  },
);

const postStratifiedFamily = family(
  { N_by_score: numbers, rated_by_score: numbers, human_pass_by_score: numbers, conf: number },
  (input) => {
    const strata = input.N_by_score.map((judged, i) => ({
      judged,
      rated: input.rated_by_score[i] ?? 0,
      passed: input.human_pass_by_score[i] ?? 0,
    }));
    const rate = postStratifiedRate({ strata }, input.conf);
    return {
      theta: rate.ok ? rate.estimate : null,
      var_W: rate.ok ? rate.weightVariance : null,
      ci_mover_wilson: pair(rate),
      ci_mover_wilson_fixedW: rate.ok ? pair(rate.fixedWeights) : pair(rate),
    };
  },
);

const langReiczigelFamily = family(
  { AP: number, nP: number, Se: number, nSe: number, Sp: number, nSp: number, conf: number },
  ({ AP, nP, Se, nSe, Sp, nSp, conf }) => {
    const rates = {
      apparent: AP,
      judged: nP,
      sensitivity: Se,
      ratedPasses: nSe,
      specificity: Sp,
      ratedFails: nSp,
    };
    const found = langReiczigel(rates, conf);
    if (!found.ok) return { estimate: null, ci: null };
    // The reference clips its estimate from below only.
    return { estimate: Math.max(0, found.unclipped), ci: pair(found) };
  },
);

/** What people would pass, from a judge that errs. */
export const judgeRates: Families = {
  poststratified_mover: postStratifiedFamily,
  rogan_gladen: family(
    { ...confusion, judge_pass: number, N: number },
    ({ tp, fn, fp, tn, judge_pass, N }) => {
      const counts = { truePass: tp, falseFail: fn, falsePass: fp, trueFail: tn };
      const found = roganGladen({ confusion: counts, judgePasses: judge_pass, judged: N });
      return found.ok ? { theta: found.estimate, error: false } : refused;
    },
  ),
  rogan_gladen_fieller: family({ ...confusion, x: number, N: number, conf: number }, (input) => {
    const counts = { truePass: input.tp, falseFail: input.fn, falsePass: input.fp, trueFail: input.tn };
    const rate = { confusion: counts, judgePasses: input.x, judged: input.N };
    const found = roganGladenFieller(rate, input.conf);
    return { state: found.state, ci: pair(found) };
  }),
  lang_reiczigel: langReiczigelFamily,
  ppi_mean: ppiFamily,
};
