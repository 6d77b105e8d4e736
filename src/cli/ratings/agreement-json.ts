import type { JudgeAgreement } from './agreement-measure.ts';

/** What `--json` prints of one judge. */
export function agreementJson({
  calibration,
  pool,
  agreement,
  misses,
  disputed,
  raterError,
  outliers,
  leftOut,
}: JudgeAgreement) {
  const { surface, rubric, fingerprint, passMark } = calibration;
  return {
    surface,
    rubric: rubric.id,
    version: rubric.version,
    judge: fingerprint,
    passMark,
    ...agreement,
    batchesKeptApart: pool.apart.map(({ batch, ratings }) => ({ batch, ratings })),
    raterError,
    ratersWhoStandOut: outliers,
    ratersLeftOut: leftOut.map(({ raterId, reason, at }) => ({
      raterId,
      reason,
      at: new Date(at).toISOString(),
    })),
    worstMisses: misses.map(({ response, judge, people }) => ({
      responseId: response.responseId,
      judge,
      people: people.median,
      ratings: response.ratings,
    })),
    mostDisputed: disputed.map(({ responseId, ratings }) => ({ responseId, ratings })),
  };
}
