import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { S3Event } from 'aws-lambda';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { stampCalibrations } from '#adapters/dynamodb/counter-store.ts';
import { findJudged } from '#adapters/dynamodb/judgement-lookup.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createS3, openUploaded, putText } from '#adapters/s3/rating-bucket.ts';
import { env } from '#core/names.ts';
import { processRatingFile, type RatingFileDependencies } from './process-rating-file.ts';
import { incomingFiles, type S3TestEvent } from './ratings-event.ts';

const logger = new Logger({ serviceName: 'ratings' });

const dependencies = once(async (): Promise<RatingFileDependencies> => {
  const dynamo = createDynamo();
  const s3 = createS3();
  const anchors = createAnchorStore(dynamo, {
    ratings: required(env.ratingTable),
    judgements: required(env.judgementTable),
  });
  return {
    catalogue: await readCompiledCatalogue(required(env.catalogue)),
    store: createRatingStore(dynamo, required(env.ratingTable)),
    countsFrom: async (judge) => (await anchors.readSet(judge))?.countsFrom,
    findJudged: (ids) => findJudged(dynamo, required(env.judgementTable), ids),
    open: (file) => openUploaded(s3, file),
    write: ({ bucket }, key, body, contentType) => putText(s3, { bucket, key }, body, contentType),
    stampCalibrations: () => stampCalibrations(dynamo, required(env.seriesTable), randomUUID()),
  };
});

/** Imports every ratings file that came under `incoming/`, and writes its report under `reports/`. */
export async function handler(event: S3Event | S3TestEvent): Promise<void> {
  for (const file of incomingFiles(event)) {
    const report = await processRatingFile(await dependencies(), file);
    if (report === undefined) {
      logger.warn('a ratings file was gone before it could be read', { key: file.key });
      continue;
    }
    const { rows, accepted, unchanged, refused } = report;
    logger.info('took a ratings file in', { key: file.key, rows, accepted, unchanged, refused });
  }
}
