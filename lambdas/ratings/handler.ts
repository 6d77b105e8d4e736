import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { S3Event } from 'aws-lambda';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { stampCalibrations } from '#adapters/dynamodb/counter-store.ts';
import { findJudged, findVerdicts } from '#adapters/dynamodb/judgement-lookup.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createUploadStore } from '#adapters/dynamodb/upload-store.ts';
import { required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createS3, openUploaded, putText } from '#adapters/s3/rating-bucket.ts';
import { env } from '#core/names.ts';
import type { LeaveOutDependencies } from './leave-out-rater.ts';
import { countsOf } from './logged-counts.ts';
import { type FileDependencies, processRatingFile } from './process-rating-file.ts';
import { processRetraction } from './process-retraction.ts';
import type { ImportDependencies } from './rating-import.ts';
import { incomingFiles, type S3TestEvent } from './ratings-event.ts';
import type { RetractDependencies } from './retract-upload.ts';

const logger = new Logger({ serviceName: 'ratings' });

const done = {
  ratings: 'took a ratings file in',
  trial: 'tried a ratings file',
  retraction: 'took an upload back, or looked at whether a rater counts',
} as const;

type Dependencies = FileDependencies & ImportDependencies & RetractDependencies & LeaveOutDependencies;

const dependencies = once(async (): Promise<Dependencies> => {
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
    stampCalibrations: () => stampCalibrations(dynamo, required(env.seriesTable), randomUUID()),
  };
});

/** Does what every file that came under `incoming/` asks for, and writes its report under `reports/`. */
export async function handler(event: S3Event | S3TestEvent): Promise<void> {
  for (const file of incomingFiles(event)) {
    const { key, kind } = file;
    const process = kind === 'retraction' ? processRetraction : processRatingFile;
    const report = await process(await dependencies(), file);
    if (report === undefined) logger.warn('a file was gone before it could be read', { key });
    else logger.info(done[kind], { key, ...countsOf(report) });
  }
}
