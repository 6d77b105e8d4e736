import type { Calibration } from '../calibration/calibration.ts';
import { type Catalogue, rubricsOf } from '../catalogue/catalogue.ts';
import { smallest } from '../extremes.ts';
import { judgeFingerprint } from '../judging/judgement.ts';
import { type Rubric, rubricName } from '../rubric/rubric.ts';
import type { SeriesSet } from '../series/series-set.ts';
import { verdictColumn } from '../series/verdict-sums.ts';
import { weighedVerdicts } from '../series/weighed-verdicts.ts';
import { day } from '../time.ts';

/** What one of two versions says of a window. */
export interface VersionStanding {
  /** `helpfulness@2` */
  readonly rubric: string;
  readonly model: string;
  /** Verdicts, and the share of them that passed; null without any. */
  readonly judged: number;
  readonly passRate: number | null;
  /** Of its calibration; null where it has none. */
  readonly calibration: Pick<Calibration, 'state' | 'ratings' | 'reason'> | null;
  /** Kappa with people, quadratic weights; null where nothing is rated or it is not computable. */
  readonly weightedKappa: number | null;
}

/** A shadow beside the active version of its rubric, over the same window of one surface. */
export interface ShadowStanding {
  readonly surface: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly active: VersionStanding;
  readonly shadow: VersionStanding;
}

/** The window goes back so far at most. */
export const shadowWindow = 7 * day;

/** Surfaces of shadows that have an active version beside them. */
export function shadowedSurfaces(catalogue: Catalogue): string[] {
  return catalogue.surfaces.flatMap(({ surface }) =>
    pairsOf(catalogue, surface).length > 0 ? [surface] : [],
  );
}

/**
 * Each shadow beside the active version, over the time in which both judged: from the shadow's first verdict of the last week on.
 *
 * @param to epoch milliseconds, in the time of the responses
 */
export function shadowStandings(
  catalogue: Catalogue,
  seriesSet: SeriesSet,
  calibrations: readonly Calibration[],
  to: number,
): ShadowStanding[] {
  return shadowedSurfaces(catalogue).flatMap((surface) =>
    pairsOf(catalogue, surface).map(({ active, shadow }): ShadowStanding => {
      const times = [...seriesSet.column(surface, '*', verdictColumn(shadow, 'judged')).keys()];
      const within = times.filter((at) => at >= to - shadowWindow && at < to);
      const from = within.length === 0 ? to : smallest(within);
      const standing = (rubric: Rubric) => describe(rubric, { surface, from, to }, seriesSet, calibrations);
      return { surface, from, to, active: standing(active), shadow: standing(shadow) };
    }),
  );
}

function pairsOf(catalogue: Catalogue, surface: string): { active: Rubric; shadow: Rubric }[] {
  const live = rubricsOf(catalogue, surface);
  return live
    .filter(({ state }) => state === 'shadow')
    .flatMap((shadow) => {
      const active = live.find(({ id, state }) => id === shadow.id && state === 'active');
      return active === undefined ? [] : [{ active, shadow }];
    });
}

function describe(
  rubric: Rubric,
  window: { readonly surface: string; readonly from: number; readonly to: number },
  seriesSet: SeriesSet,
  calibrations: readonly Calibration[],
): VersionStanding {
  const { good, total } = weighedVerdicts(seriesSet, { ...window, rubric });
  const own = calibrations.find(
    (each) =>
      each.surface === window.surface &&
      each.rubric.id === rubric.id &&
      each.rubric.version === rubric.version &&
      each.fingerprint === judgeFingerprint(rubric),
  );
  return {
    rubric: rubricName(rubric),
    model: rubric.judge.model,
    judged: total,
    passRate: total === 0 ? null : good / total,
    calibration: own === undefined ? null : { state: own.state, ratings: own.ratings, reason: own.reason },
    weightedKappa: own?.agreement.weightedKappa ?? null,
  };
}
