import { gatherRated } from '#adapters/dynamodb/gather-rated.ts';
import type { RatingGroup, RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { type CalibrationDraft, calibrate } from '#core/calibration/calibrate.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { chooseDraft } from '#core/calibration/carry-ratings.ts';
import { findRubric } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import { withoutRaters } from '#core/rating/left-out-rater.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { carryingOf } from '#core/rubric/same-question.ts';
import { type CarryDependencies, draftsCarried } from './carried-drafts.ts';

export interface RecalibrateDependencies extends CarryDependencies {
  readonly store: CarryDependencies['store'] &
    Pick<RatingStore, 'readCalibrations' | 'writeCalibration' | 'dropCalibration'>;
}

/**
 * Makes the calibrations of a surface and rubric version anew, one for each judge whose verdicts people rated, and those of
 * later versions that its ratings are carried to. A judge of whose verdicts no rating is left has none, as before the first.
 *
 * @param now epoch milliseconds of the upload that asks for it
 */
export async function recalibrate(
  use: RecalibrateDependencies,
  group: RatingGroup,
  now: number,
): Promise<Calibration[]> {
  const { rubrics } = use.catalogue;
  const rubric = findRubric(use.catalogue, group.rubric);
  if (rubric === undefined) return [];
  const later = rubrics
    .filter(({ id, version }) => id === rubric.id && version > rubric.version)
    .filter((each) => carryingOf(rubrics, rubric, each).carries);
  const calibrations: Calibration[] = [];
  for (const each of [rubric, ...later])
    calibrations.push(...(await recalibrateVersion(use, group.surface, each, now)));
  return calibrations;
}

/** Makes the calibrations of one version anew. @param now epoch milliseconds */
export async function recalibrateVersion(
  use: RecalibrateDependencies,
  surface: string,
  rubric: Rubric,
  now: number,
): Promise<Calibration[]> {
  const { store, countsFrom } = use;
  const group = { surface, rubric: { id: rubric.id, version: rubric.version } };
  const leftOut = new Set<string>();
  const counting = withoutRaters(store.readGroup(group), await store.readLeftOut(), leftOut);
  const [rated, batches, standing] = await Promise.all([
    gatherRated(counting),
    store.readBatches(group),
    store.readCalibrations(),
  ]);
  const drafts = new Map<string, CalibrationDraft>();
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
    drafts.set(fingerprint, draft);
  }
  const present = judgeFingerprint(rubric);
  const chosen = chooseDraft(drafts.get(present), await draftsCarried(use, surface, rubric));
  if (chosen !== undefined) drafts.set(present, chosen);
  const calibrations: Calibration[] = [];
  for (const draft of drafts.values()) calibrations.push(await store.writeCalibration(draft, now));
  for (const calibration of standing)
    if (isOfGroup(calibration, group) && !drafts.has(calibration.fingerprint))
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
