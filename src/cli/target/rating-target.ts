import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { type AnchorProgressByJudge, readAnchorProgress } from '#adapters/dynamodb/series-store.ts';
import { requireStackResources } from './stack-resources.ts';
import { openTarget, type Target } from './target.ts';
import type { TargetOptions } from './target-options.ts';
import type { Uploaded } from './upload-to-bucket.ts';

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
  /** Takes a ratings file in. */
  upload(file: string): Promise<Uploaded>;
}

/** @throws CliError where there is no such run or stack */
export async function openRatingTarget(options: TargetOptions): Promise<RatingTarget> {
  const target = await openTarget(options);
  const { catalogue, dynamo, tables, control, evaluatedAt } = target;
  const sets = createAnchorStore(dynamo, tables);
  return {
    ...target,
    ratings: createRatingStore(dynamo, tables.ratings),
    judgements: createJudgementStore(dynamo, tables.judgements, catalogue.retention),
    now: evaluatedAt ?? Date.now(),
    anchors: readAnchorProgress(control.tick),
    countsFrom: async (judge) => (await sets.readSet(judge))?.countsFrom,
    upload: (file) =>
      options.stack === undefined ? uploadHere(file, options.local) : uploadTo(options.stack, file),
  };
}

async function uploadHere(file: string, folder: string): Promise<Uploaded> {
  const { uploadRatingFile } = await import('#local/stack/upload-rating-file.ts');
  return { report: await uploadRatingFile({ path: file }, Date.now()), reportAt: folder };
}

async function uploadTo(stack: string, file: string): Promise<Uploaded> {
  const { uploadToBucket } = await import('./upload-to-bucket.ts');
  return uploadToBucket((await requireStackResources(stack)).ratingBucket, file);
}
