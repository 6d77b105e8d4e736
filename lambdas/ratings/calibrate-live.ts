import type { Calibration } from '#core/calibration/calibration.ts';
import { rubricsOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { hour } from '#core/time.ts';
import { type RecalibrateDependencies, recalibrateVersion } from './recalibrate.ts';

export interface LiveDependencies extends RecalibrateDependencies {
  /** Tells the evaluator of new calibrations. */
  readonly stampCalibrations: () => Promise<void>;
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** What stands on carried ratings is made anew in this hour of the day (UTC): its judge may have scored more of the rated responses. */
const renewalHour = 4;

/**
 * Makes the calibrations that no file asks for: of versions that judge now and whose judge has none, where earlier ratings of the
 * same surface and rubric may count for it. So a deployment alone is enough for ratings to be carried.
 *
 * @param now epoch milliseconds
 */
export async function calibrateLive(use: LiveDependencies, now: number): Promise<void> {
  const standing = await use.store.readCalibrations();
  const isRenewed = Math.floor(now / hour) % 24 === renewalHour;
  const fresh: Calibration[] = [];
  for (const { surface } of use.catalogue.surfaces) {
    for (const rubric of rubricsOf(use.catalogue, surface)) {
      const known = standing.filter((each) => each.surface === surface && each.rubric.id === rubric.id);
      const present = known.find((each) => isPresent(each, rubric));
      const isWanted =
        present === undefined || present.state === 'missing' || (isRenewed && present.carried !== undefined);
      if (!isWanted || known.every((each) => each === present)) continue;
      const made = await recalibrateVersion(use, surface, rubric, now);
      fresh.push(...made.filter((each) => !known.some((old) => isSame(old, each))));
    }
  }
  if (fresh.length === 0) return;
  await use.stampCalibrations();
  use.log('carried ratings to versions that judge now', { calibrations: fresh.length });
}

function isPresent({ rubric: { version }, fingerprint }: Calibration, rubric: Rubric): boolean {
  return version === rubric.version && fingerprint === judgeFingerprint(rubric);
}

function isSame(one: Calibration, other: Calibration): boolean {
  return (
    one.rubric.version === other.rubric.version &&
    one.fingerprint === other.fingerprint &&
    one.number === other.number
  );
}
