import { gatherRated } from '#adapters/dynamodb/gather-rated.ts';
import type { RatingGroup, RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { calibrate } from '#core/calibration/calibrate.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { type Catalogue, findRubric } from '#core/catalogue/catalogue.ts';
import { judgeName } from '#core/judging/judgement.ts';
import { withoutRaters } from '#core/rating/left-out-rater.ts';

export interface RecalibrateDependencies {
  readonly catalogue: Catalogue;
  readonly store: Pick<
    RatingStore,
    'readGroup' | 'readLeftOut' | 'readBatches' | 'readCalibrations' | 'writeCalibration' | 'dropCalibration'
  >;
  /** Since when a judge (by name) scores as it does now, epoch milliseconds; undefined where it never changed. */
  readonly countsFrom: (judge: string) => Promise<number | undefined>;
}

/**
 * Makes the calibrations of a surface and rubric version anew, one for each judge whose verdicts people rated. A judge
 * of whose verdicts no rating is left has none, as before the first.
 *
 * @param now epoch milliseconds of the upload that asks for it
 */
export async function recalibrate(
  { catalogue, store, countsFrom }: RecalibrateDependencies,
  group: RatingGroup,
  now: number,
): Promise<Calibration[]> {
  const rubric = findRubric(catalogue, group.rubric);
  if (rubric === undefined) return [];
  const leftOut = new Set<string>();
  const counting = withoutRaters(store.readGroup(group), await store.readLeftOut(), leftOut);
  const [rated, batches, standing] = await Promise.all([
    gatherRated(counting),
    store.readBatches(group),
    store.readCalibrations(),
  ]);
  const calibrations: Calibration[] = [];
  for (const [fingerprint, responses] of rated) {
    const draft = calibrate({
      ...group,
      passMark: rubric.passMark,
      fingerprint,
      batches: batches.filter((batch) => batch.fingerprint === fingerprint),
      countsFrom: await countsFrom(judgeName(rubric, fingerprint)),
      responses,
      leftOut: leftOut.size,
    });
    calibrations.push(await store.writeCalibration(draft, now));
  }
  for (const calibration of standing)
    if (isOfGroup(calibration, group) && !rated.has(calibration.fingerprint))
      await store.dropCalibration(calibration);
  return calibrations;
}

function isOfGroup(calibration: Calibration, { surface, rubric }: RatingGroup): boolean {
  return (
    calibration.surface === surface &&
    calibration.rubric.id === rubric.id &&
    calibration.rubric.version === rubric.version
  );
}
