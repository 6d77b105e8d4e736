import type { RatingBatch } from '#core/rating/batch.ts';
import type { RatingUpload } from '#core/rating/upload.ts';
import { isoMinute } from '../terminal/instant.ts';
import type { BatchFiles } from './ratings-files.ts';

/** What `--json` prints of a batch. */
export function batchJson(batch: RatingBatch, { csv, page }: BatchFiles) {
  const { id, surface, rubric, fingerprint, from, to, seed, cells, responseIds } = batch;
  return {
    batch: id,
    surface,
    rubric,
    fingerprint,
    from: isoMinute(from),
    to: isoMinute(to),
    seed,
    cells,
    responses: responseIds.length,
    csv,
    page,
  };
}

/** What `--json` prints of an upload. */
export function uploadJson({ uploadedAt, retractedAt, ...upload }: RatingUpload) {
  return {
    ...upload,
    uploadedAt: new Date(uploadedAt).toISOString(),
    retractedAt: retractedAt === undefined ? null : new Date(retractedAt).toISOString(),
  };
}
