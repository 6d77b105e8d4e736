import type { RatingGroup, RatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { UploadStore } from '#adapters/dynamodb/upload-store.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { RaterReport } from '#core/calibration/rater-report.ts';
import { type RecalibrateDependencies, recalibrate } from './recalibrate.ts';
import { distinctGroups } from './retract-upload.ts';

export interface LeaveOutDependencies extends RecalibrateDependencies {
  readonly store: RecalibrateDependencies['store'] & Pick<RatingStore, 'writeLeftOut' | 'deleteLeftOut'>;
  readonly uploads: Pick<UploadStore, 'readUploads'>;
  /** Tells the evaluator that calibrations changed. */
  readonly stampCalibrations: () => Promise<void>;
}

/** Who is to be left out and why, or to count again. */
export type RaterRequest =
  | { readonly leaveOut: string; readonly reason: string }
  | { readonly bringBack: string };

/**
 * Leaves a rater out, or brings one back, and calibrates anew what they rated. Their ratings stay as they are. It can be
 * repeated at will, also where it broke off.
 *
 * @param now epoch milliseconds
 */
export async function leaveOutRater(
  use: LeaveOutDependencies,
  request: RaterRequest,
  now: number,
): Promise<RaterReport> {
  const leftOut = 'leaveOut' in request;
  const rater = leftOut ? request.leaveOut : request.bringBack;
  const why = leftOut ? request.reason : '';
  const standing = await use.store.readLeftOut();
  const already = standing.some(({ raterId }) => raterId === rater) === leftOut;
  const [uploads, known] = await Promise.all([use.uploads.readUploads(), use.store.readCalibrations()]);
  const groups = distinctGroups([...uploads.flatMap((upload) => upload.groups), ...known]);
  const touched: RatingGroup[] = [];
  let ratings = 0;
  for (const group of groups) {
    const count = await countRatings(use.store, group, rater);
    if (count > 0) touched.push(group);
    ratings += count;
  }
  const report = { rater, leftOut, why, ratings, already };
  if (ratings === 0 && (leftOut || already)) return { ...report, already: false, calibrations: [] };
  if (leftOut) await use.store.writeLeftOut({ raterId: rater, reason: why, at: now });
  else await use.store.deleteLeftOut(rater);
  const calibrations: Calibration[] = [];
  for (const group of touched) calibrations.push(...(await recalibrate(use, group, now)));
  await use.stampCalibrations();
  return { ...report, calibrations };
}

async function countRatings(
  store: Pick<RatingStore, 'readGroup'>,
  group: RatingGroup,
  rater: string,
): Promise<number> {
  let count = 0;
  for await (const { raterId } of store.readGroup(group)) if (raterId === rater) count += 1;
  return count;
}
