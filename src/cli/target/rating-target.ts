import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore, type RatingGroup } from '#adapters/dynamodb/rating-store.ts';
import { type AnchorProgressByJudge, readAnchorProgress } from '#adapters/dynamodb/series-store.ts';
import { createUploadStore } from '#adapters/dynamodb/upload-store.ts';
import type { RaterRequest } from '#lambdas/ratings/leave-out-rater.ts';
import type { SessionChanges } from '#local/session/session.ts';
import { requireStackResources } from './stack-resources.ts';
import { openTarget, type Target } from './target.ts';
import type { TargetOptions } from './target-options.ts';
import type { RaterChanged, Recalibrated, Retracted, Uploaded } from './upload-to-bucket.ts';

/** A target where responses are judged and rated. */
export interface RatingTarget extends Target {
  readonly ratings: ReturnType<typeof createRatingStore>;
  readonly judgements: ReturnType<typeof createJudgementStore>;
  /** Epoch milliseconds: the time of the last evaluation, which in a replayed history is not today's. */
  readonly now: number;
  /** Where the scoring of each judge's anchors stood then. */
  readonly anchors: AnchorProgressByJudge;
  /** Since when a judge (by name) scores as it does now, epoch milliseconds; undefined where it never changed. */
  countsFrom(judge: string): Promise<number | undefined>;
  readonly uploads: ReturnType<typeof createUploadStore>;
  /** Takes a ratings file in; or tries it, and stores nothing. */
  upload(file: string, isTrial: boolean): Promise<Uploaded>;
  /** Takes an upload back. @param reason for those who list the uploads */
  retract(upload: string, reason?: string): Promise<Retracted>;
  /** Leaves a rater out, or brings one back. */
  leaveOut(request: RaterRequest): Promise<RaterChanged>;
  /** Makes the calibrations of a group anew, and of the versions that its ratings are carried to. */
  recalibrate(group: RatingGroup): Promise<Recalibrated>;
}

/**
 * @param changes for a local run
 * @throws CliError where there is no such run or stack
 */
export async function openRatingTarget(
  options: TargetOptions,
  changes?: SessionChanges,
): Promise<RatingTarget> {
  const target = await openTarget(options, changes);
  const { catalogue, dynamo, tables, control, evaluatedAt } = target;
  const sets = createAnchorStore(dynamo, tables);
  let last = evaluatedAt;
  /** A run that is served ticks by itself; another one shows what was changed because it ticks here. */
  const shown = async <Changed>(change: Promise<Changed>): Promise<Changed> => {
    const changed = await change;
    const stack = target.session?.stack;
    if (stack !== undefined) last = await (await import('#local/replay/live-run.ts')).tickOnce(stack, last);
    return changed;
  };
  return {
    ...target,
    ratings: createRatingStore(dynamo, tables.ratings),
    judgements: createJudgementStore(dynamo, tables.judgements, catalogue.retention),
    now: evaluatedAt ?? Date.now(),
    anchors: readAnchorProgress(control.tick),
    countsFrom: async (judge) => (await sets.readSet(judge))?.countsFrom,
    uploads: createUploadStore(dynamo, tables.ratings),
    upload: (file, isTrial) =>
      options.stack === undefined
        ? isTrial
          ? uploadHere(file, isTrial, options.local)
          : shown(uploadHere(file, isTrial, options.local))
        : uploadTo(options.stack, file, isTrial),
    retract: (upload, reason) =>
      options.stack === undefined
        ? shown(retractHere(upload, reason, options.local))
        : retractIn(options.stack, upload, reason),
    leaveOut: (request) =>
      options.stack === undefined
        ? shown(leaveOutHere(request, options.local))
        : leaveOutIn(options.stack, request),
    recalibrate: (group) =>
      options.stack === undefined
        ? shown(recalibrateHere(group, options.local))
        : recalibrateIn(options.stack, group),
  };
}

async function uploadHere(path: string, isTrial: boolean, folder: string): Promise<Uploaded> {
  const { uploadRatingFile } = await import('#local/stack/upload-rating-file.ts');
  return { report: await uploadRatingFile({ path, isTrial }, Date.now()), reportAt: folder };
}

async function uploadTo(stack: string, file: string, isTrial: boolean): Promise<Uploaded> {
  const { uploadToBucket } = await import('./upload-to-bucket.ts');
  return uploadToBucket((await requireStackResources(stack)).ratingBucket, file, { isTrial });
}

async function retractHere(upload: string, reason: string | undefined, folder: string): Promise<Retracted> {
  const { retractUploadHere } = await import('#local/stack/upload-rating-file.ts');
  return { report: await retractUploadHere(upload, Date.now(), reason), reportAt: folder };
}

async function retractIn(stack: string, upload: string, reason: string | undefined): Promise<Retracted> {
  const { retractInBucket } = await import('./upload-to-bucket.ts');
  return retractInBucket((await requireStackResources(stack)).ratingBucket, { upload, reason });
}

async function leaveOutHere(request: RaterRequest, folder: string): Promise<RaterChanged> {
  const here = await import('#local/stack/upload-rating-file.ts');
  return { report: await here.leaveOutHere(request, Date.now()), reportAt: folder };
}

async function leaveOutIn(stack: string, request: RaterRequest): Promise<RaterChanged> {
  const { leaveOutInBucket } = await import('./upload-to-bucket.ts');
  return leaveOutInBucket((await requireStackResources(stack)).ratingBucket, request);
}

async function recalibrateHere(group: RatingGroup, folder: string): Promise<Recalibrated> {
  const here = await import('#local/stack/upload-rating-file.ts');
  return { report: await here.recalibrateHere(group, Date.now()), reportAt: folder };
}

async function recalibrateIn(stack: string, group: RatingGroup): Promise<Recalibrated> {
  const { recalibrateInBucket } = await import('./upload-to-bucket.ts');
  return recalibrateInBucket((await requireStackResources(stack)).ratingBucket, group);
}
