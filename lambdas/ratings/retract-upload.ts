import type { RatingGroup, RatingStore, StoredRating } from '#adapters/dynamodb/rating-store.ts';
import type { UploadStore } from '#adapters/dynamodb/upload-store.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { RetractionReport } from '#core/calibration/retraction-report.ts';
import { isOfUpload, withoutUpload } from '#core/rating/rating.ts';
import type { RatingUpload } from '#core/rating/upload.ts';
import { type RecalibrateDependencies, recalibrate } from './recalibrate.ts';

export interface RetractDependencies extends RecalibrateDependencies {
  readonly store: RecalibrateDependencies['store'] & Pick<RatingStore, 'writeRatings' | 'deleteRatings'>;
  readonly uploads: UploadStore;
  /** Tells the evaluator that calibrations changed. */
  readonly stampCalibrations: () => Promise<void>;
}

/** Ratings changed at once. */
const ratingsAtOnce = 500;

type Tally = Record<'gone' | 'restored' | 'kept', number>;

/**
 * Takes an upload back: every rating is as if it had never come, whatever came since, and so are the calibrations. It
 * can be repeated at will, also where it broke off.
 *
 * @param now epoch milliseconds
 * @param reason for those who list the uploads
 */
export async function retractUpload(
  use: RetractDependencies,
  id: string,
  now: number,
  reason?: string,
): Promise<RetractionReport> {
  const uploads = await use.uploads.readUploads();
  const upload = uploads.find((one) => one.id === id);
  const tally: Tally = { gone: 0, restored: 0, kept: 0 };
  if (upload === undefined) return { upload: id, file: null, already: false, ...tally, calibrations: [] };
  const already = upload.state === 'retracted';
  // First, so that no delivery of its file that is still to come brings it back.
  if (!already) await use.uploads.writeUpload({ ...upload, state: 'retracting' });
  // A later upload may have brought its ratings to a judgement that it knew nothing of.
  const groups = distinctGroups(uploads.flatMap((one) => one.groups));
  await takeOut(use.store, undefined, id, tally);
  for (const group of groups) await takeOut(use.store, group, id, tally);
  const calibrations: Calibration[] = [];
  for (const group of groups) calibrations.push(...(await recalibrate(use, group, now)));
  await use.stampCalibrations();
  const why = reason === undefined ? {} : { retractedFor: reason };
  if (!already) await use.uploads.writeUpload({ ...upload, state: 'retracted', retractedAt: now, ...why });
  return {
    upload: id,
    ...(reason !== undefined && { why: reason }),
    file: upload.file,
    already,
    ...tally,
    calibrations: calibrations.filter((one) => isTouched(one, upload)),
  };
}

async function takeOut(
  store: RetractDependencies['store'],
  group: RatingGroup | undefined,
  id: string,
  tally: Tally,
): Promise<void> {
  let left: StoredRating[] = [];
  let gone: StoredRating[] = [];
  const flush = async () => {
    await Promise.all([store.writeRatings(left), store.deleteRatings(gone)]);
    [left, gone] = [[], []];
  };
  for await (const rating of store.readGroup(group)) {
    if (!isOfUpload(rating.history, id)) continue;
    const history = withoutUpload(rating.history, id);
    if (history === undefined) {
      tally.gone += 1;
      gone.push(rating);
    } else {
      tally[history.current.score === rating.history.current.score ? 'kept' : 'restored'] += 1;
      left.push({ ...rating, history });
    }
    if (left.length + gone.length >= ratingsAtOnce) await flush();
  }
  await flush();
}

export function distinctGroups(groups: readonly RatingGroup[]): RatingGroup[] {
  const nameOf = ({ surface, rubric }: RatingGroup) => `${surface}#${rubric.id}@${rubric.version}`;
  return [...new Map(groups.map((group) => [nameOf(group), group])).values()];
}

function isTouched({ surface, rubric }: Calibration, { groups }: RatingUpload): boolean {
  return groups.some(
    (group) =>
      group.surface === surface && group.rubric.id === rubric.id && group.rubric.version === rubric.version,
  );
}
