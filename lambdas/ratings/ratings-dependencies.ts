import { randomUUID } from 'node:crypto';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { stampCalibrations } from '#adapters/dynamodb/counter-store.ts';
import { findJudged, findVerdicts } from '#adapters/dynamodb/judgement-lookup.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createUploadStore } from '#adapters/dynamodb/upload-store.ts';
import { required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { createS3, openUploaded, putText } from '#adapters/s3/rating-bucket.ts';
import { env } from '#core/names.ts';
import type { LiveDependencies } from './calibrate-live.ts';
import type { LeaveOutDependencies } from './leave-out-rater.ts';
import type { FileDependencies } from './process-rating-file.ts';
import type { ImportDependencies } from './rating-import.ts';
import type { RetractDependencies } from './retract-upload.ts';

export type RatingsDependencies = FileDependencies &
  ImportDependencies &
  RetractDependencies &
  LeaveOutDependencies &
  LiveDependencies;

/** What the function reads and writes, by its environment. */
export async function makeDependencies(log: LiveDependencies['log']): Promise<RatingsDependencies> {
  const dynamo = createDynamo();
  const s3 = createS3();
  const table = required(env.ratingTable);
  const anchors = createAnchorStore(dynamo, { ratings: table, judgements: required(env.judgementTable) });
  return {
    catalogue: await readCompiledCatalogue(required(env.catalogue)),
    store: createRatingStore(dynamo, table),
    uploads: createUploadStore(dynamo, table),
    countsFrom: async (judge) => (await anchors.readSet(judge))?.countsFrom,
    findVerdicts: (of, responses) => findVerdicts(dynamo, required(env.judgementTable), of, responses),
    findJudged: (ids) => findJudged(dynamo, required(env.judgementTable), ids),
    open: (file) => openUploaded(s3, file),
    write: ({ bucket }, key, body, contentType) => putText(s3, { bucket, key }, body, contentType),
    log,
    stampCalibrations: () => stampCalibrations(dynamo, required(env.seriesTable), randomUUID()),
  };
}
