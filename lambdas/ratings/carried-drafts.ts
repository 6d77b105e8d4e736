import { gatherRated } from '#adapters/dynamodb/gather-rated.ts';
import type { FoundVerdict, VerdictsOf } from '#adapters/dynamodb/judgement-lookup.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { CalibrationDraft } from '#core/calibration/calibrate.ts';
import { calibrateCarried } from '#core/calibration/carry-ratings.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import { withoutRaters } from '#core/rating/left-out-rater.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { carryingOf } from '#core/rubric/same-question.ts';

export interface CarryDependencies {
  readonly catalogue: Catalogue;
  readonly store: Pick<RatingStore, 'readGroup' | 'readLeftOut' | 'readBatches'>;
  /** Since when a judge (by name) scores as it does now, epoch milliseconds; undefined where it never changed. */
  readonly countsFrom: (judge: string) => Promise<number | undefined>;
  /** What a judge said of rated responses, by response id. */
  readonly findVerdicts: (
    of: VerdictsOf,
    responses: readonly { readonly responseId: string; readonly at: number }[],
  ) => Promise<ReadonlyMap<string, FoundVerdict>>;
}

/**
 * Calibrations of a version's present judge by what people rated under earlier versions, or under an earlier judge of the same
 * version: one for each version and judge whose ratings count here and of whose responses it gave a verdict.
 */
export async function draftsCarried(
  { catalogue, store, countsFrom, findVerdicts }: CarryDependencies,
  surface: string,
  rubric: Rubric,
): Promise<CalibrationDraft[]> {
  const fingerprint = judgeFingerprint(rubric);
  const drafts: CalibrationDraft[] = [];
  for (const older of catalogue.rubrics) {
    if (older.id !== rubric.id || older.version > rubric.version) continue;
    const carrying = carryingOf(catalogue.rubrics, older, rubric);
    if (!carrying.carries) continue;
    const group = { surface, rubric: { id: older.id, version: older.version } };
    const batches = await store.readBatches(group);
    const drawnBy = new Set(batches.map((batch) => batch.fingerprint));
    if (older.version === rubric.version) drawnBy.delete(fingerprint);
    if (drawnBy.size === 0) continue;
    const leftOut = new Set<string>();
    const rated = await gatherRated(
      withoutRaters(store.readGroup(group), await store.readLeftOut(), leftOut),
    );
    const known = [...(rated.values().next().value ?? [])];
    const verdicts = await findVerdicts({ surface, rubric, fingerprint }, known);
    if (![...verdicts.values()].some(({ score }) => score !== undefined)) continue;
    for (const earlier of drawnBy) {
      const responses = rated.get(earlier);
      if (responses === undefined) continue;
      const reason =
        older.version === rubric.version ? 'another judge of the same version was rated' : carrying.reason;
      drafts.push(
        calibrateCarried(
          {
            surface,
            rubric: { id: rubric.id, version: rubric.version },
            passMark: rubric.passMark,
            fingerprint,
            countsFrom: await countsFrom(judgeName(rubric, fingerprint)),
            leftOut: leftOut.size,
          },
          {
            rubric: older,
            fingerprint: earlier,
            reason,
            batches: batches.filter((batch) => batch.fingerprint === earlier),
            responses,
            verdicts,
          },
        ),
      );
    }
  }
  return drafts;
}
