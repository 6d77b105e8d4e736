import type { Calibration } from '#core/calibration/calibration.ts';
import { stateNow } from '#core/calibration/use-calibration.ts';
import { type Catalogue, rubricsOf, sloRubric } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import type { RatingTarget } from '../target/rating-target.ts';

/** A calibration with its state as an evaluation would see it now, and the versions before it, the newest first. */
export type CalibrationStanding = Omit<Calibration, 'state'> &
  Pick<SloCalibration, 'state'> & { readonly history: readonly Calibration[] };

export interface CalibrationQuery {
  /** One surface only. */
  readonly surface?: string;
  /** Versions of each. */
  readonly history: number;
}

/** The calibrations, and the judge SLOs that want one and have none of any kind. */
export async function readCalibrations(
  target: RatingTarget,
  { surface, history }: CalibrationQuery,
): Promise<{ readonly calibrations: readonly CalibrationStanding[]; readonly missing: readonly Slo[] }> {
  const isAsked = (each: { readonly surface: string }) => surface === undefined || each.surface === surface;
  const stored = (await target.ratings.readCalibrations()).filter(isAsked);
  const calibrations = await Promise.all(
    stored.map(async (calibration) => ({
      ...calibration,
      ...(await readState(target, calibration)),
      history: await target.ratings.readHistory(calibration, history),
    })),
  );
  return { calibrations, missing: findUncalibrated(target.catalogue, stored).filter(isAsked) };
}

/** What time and the judge's changes have made of a calibration that was valid when it was made. */
async function readState(
  { catalogue, now, countsFrom }: RatingTarget,
  calibration: Calibration,
): Promise<Pick<CalibrationStanding, 'state' | 'reason'>> {
  const live = rubricsOf(catalogue, calibration.surface).filter(({ id }) => id === calibration.rubric.id);
  // A shadow's is its own; that of a version that judges no more is held against the active one.
  const active = live.find(({ version }) => version === calibration.rubric.version) ?? live.find(isActive);
  const { state, reason } = calibration;
  if (active === undefined || state !== 'valid') return { state, reason };
  const fingerprint = judgeFingerprint(active);
  const since = await countsFrom(judgeName(active, fingerprint));
  return stateNow(
    calibration,
    { rubric: active, fingerprint, countsFrom: since, rubrics: catalogue.rubrics },
    now,
  );
}

function isActive({ state }: Rubric): boolean {
  return state === 'active';
}

function findUncalibrated(catalogue: Catalogue, calibrations: readonly Calibration[]): Slo[] {
  return catalogue.surfaces
    .flatMap(({ slos }) => slos)
    .filter((slo) => slo.calibration === 'required')
    .filter((slo) => {
      const rubric = sloRubric(catalogue, slo);
      return !calibrations.some((each) => each.surface === slo.surface && each.rubric.id === rubric?.id);
    });
}
