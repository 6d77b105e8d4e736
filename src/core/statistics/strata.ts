import { requirePartOf } from './checks.ts';
import { type Computed, notComputable } from './outcome.ts';

/**
 * A stratum of judged responses (a verdict, or a score bin), some of which people rated.
 */
export interface RatedStratum {
  /** Responses judged, counted as the sum of 1 / inclusion probability (N_s). */
  judged: number;
  /** Of those, how many people rated (n_s). */
  rated: number;
  /** Of those, how many people passed (h_s). */
  passed: number;
}

/** A stratum in which the judge's verdict is one and the same. */
export interface VerdictStratum extends RatedStratum {
  judgePass: boolean;
}

/** The judged population by strata. */
export interface JudgedPopulation<Stratum extends RatedStratum> {
  strata: readonly Stratum[];
  /**
   * Effective number of judged responses, (sum w)^2 / sum w^2, where their inclusion probabilities differ.
   * Left out: the sum of `judged`, right where all were judged at one rate of 1.
   */
  effectiveJudged?: number | undefined;
}

/** A stratum with its share of the judged responses and the share that people passed. */
export interface SharedStratum<Stratum> {
  stratum: Stratum;
  weight: number;
  passShare: number;
}

/** Strata that hold a share of the population, with those shares, and the effective size of the whole. */
export interface SharedPopulation<Stratum> {
  parts: SharedStratum<Stratum>[];
  size: number;
}

/**
 * Turns counts into shares. Strata without judged responses have no weight and are left out; a stratum that has
 * some but no rating makes the population not computable, as does a population of nobody.
 * Counts must satisfy 0 <= passed <= rated and 0 <= judged (RangeError).
 */
export function shareStrata<Stratum extends RatedStratum>({
  strata,
  effectiveJudged,
}: JudgedPopulation<Stratum>): Computed<SharedPopulation<Stratum>> {
  let total = 0;
  for (const { judged, rated, passed } of strata) {
    requirePartOf('passed', passed, rated);
    requirePartOf('judged', judged, Number.MAX_VALUE);
    total += judged;
  }
  const size = effectiveJudged ?? total;
  if (!(total > 0 && size > 0)) return notComputable('no response was judged');
  const present = strata.filter(({ judged }) => judged > 0);
  const empty = present.filter(({ rated }) => rated === 0).length;
  if (empty > 0) return notComputable(`${empty} of ${present.length} strata have no rating`);
  const parts = present.map((stratum) => ({
    stratum,
    weight: stratum.judged / total,
    passShare: stratum.passed / stratum.rated,
  }));
  return { ok: true, parts, size };
}
