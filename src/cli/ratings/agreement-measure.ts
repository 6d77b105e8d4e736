import { gatherRated } from '#adapters/dynamodb/gather-rated.ts';
import type { StoredTexts } from '#adapters/dynamodb/judgement-texts.ts';
import {
  type Agreement,
  type JudgeMiss,
  measureAgreement,
  mostDisputed,
  worstMisses,
} from '#core/agreement/agreement.ts';
import type { RatedResponse } from '#core/agreement/rated-response.ts';
import { estimateRaterError, type RaterError } from '#core/agreement/rater-error.ts';
import { findOutliers, type RaterOutlier } from '#core/agreement/rater-outliers.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { type PooledBatches, poolRated } from '#core/calibration/pool-batches.ts';
import { findDrawn } from '#core/calibration/rated-population.ts';
import { findRubric } from '#core/catalogue/catalogue.ts';
import { type LeftOutRater, withoutRaters } from '#core/rating/left-out-rater.ts';
import type { Computed } from '#core/statistics/outcome.ts';
import type { RatingTarget } from '../target/rating-target.ts';

/** How a judge and the people who rated it agree. */
export interface JudgeAgreement {
  readonly calibration: Calibration;
  /** Which the judge asks; undefined where its rubric is not in the files any more. */
  readonly model: string | undefined;
  readonly agreement: Agreement;
  /** Batches that the judge is held against, and those that are kept apart. */
  readonly pool: PooledBatches;
  /** The worst first. */
  readonly misses: readonly JudgeMiss[];
  /** Those that people agree on least. */
  readonly disputed: readonly RatedResponse[];
  /** How people themselves err, and what their pass rate would be without; it corrects nothing. */
  readonly raterError: Computed<RaterError>;
  readonly outliers: readonly RaterOutlier[];
  /** Raters of these responses who do not count in any of it. */
  readonly leftOut: readonly LeftOutRater[];
}

/** @param count how many of the worst misses, and of the most disputed responses, are told */
export async function measureJudge(
  { ratings, catalogue }: Pick<RatingTarget, 'ratings' | 'catalogue'>,
  calibration: Calibration,
  count: number,
): Promise<JudgeAgreement> {
  const standing = await ratings.readLeftOut();
  const names = new Set<string>();
  const [rated, batches] = await Promise.all([
    gatherRated(withoutRaters(ratings.readGroup(calibration), standing, names)),
    ratings.readBatches(calibration),
  ]);
  const responses = rated.get(calibration.fingerprint) ?? [];
  const own = batches.filter(({ fingerprint }) => fingerprint === calibration.fingerprint);
  // Of the same batches as the calibration: what nobody rated, or what would speak for all alone, counts here no more than there.
  const pool = poolRated(own, responses, calibration.passMark);
  const drawn = findDrawn(pool.pooled, pool.sameModel, calibration.passMark);
  const weights = new Map(drawn.map(({ response, weight }) => [response.responseId, weight]));
  return {
    calibration,
    pool,
    model: findRubric(catalogue, calibration.rubric)?.judge.model,
    misses: worstMisses(responses, count),
    disputed: mostDisputed(responses, count),
    raterError: estimateRaterError(responses, calibration.passMark, calibration.rate?.value),
    outliers: findOutliers(responses),
    leftOut: standing.filter(({ raterId }) => names.has(raterId)),
    agreement: measureAgreement({ passMark: calibration.passMark, responses, weights }),
  };
}

/** The texts of a judge's misses, in their order; undefined where they have expired. */
export async function readMissTexts(
  { judgements }: RatingTarget,
  { calibration, misses }: JudgeAgreement,
): Promise<(StoredTexts | undefined)[]> {
  const texts: (StoredTexts | undefined)[] = [];
  for (const { response } of misses)
    texts.push(
      await judgements.readTexts({
        ...calibration,
        responseId: response.responseId,
        at: response.at,
        repeat: 0,
      }),
    );
  return texts;
}
