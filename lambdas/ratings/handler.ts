import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { S3Event } from 'aws-lambda';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { stampCalibrations } from '#adapters/dynamodb/counter-store.ts';
import { findJudged } from '#adapters/dynamodb/judgement-lookup.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { once, required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { createS3, openText, putText } from '#adapters/s3/rating-bucket.ts';
import { describeAcceptance, refusalsCsv } from '#core/calibration/acceptance-report.ts';
import { env } from '#core/names.ts';
import { type ImportDependencies, importRatingFile } from './import-rating-file.ts';
import { incomingFiles, reportKey, type S3TestEvent } from './ratings-event.ts';

const logger = new Logger({ serviceName: 'ratings' });

const s3 = once(createS3);

const dynamodb = once(createDynamo);

const dependencies = once(async (): Promise<ImportDependencies> => {
  const dynamo = dynamodb();
  const anchors = createAnchorStore(dynamo, {
    ratings: required(env.ratingTable),
    judgements: required(env.judgementTable),
  });
  return {
    catalogue: await readCompiledCatalogue(required(env.catalogue)),
    store: createRatingStore(dynamo, required(env.ratingTable)),
    countsFrom: async (judge) => (await anchors.readSet(judge))?.countsFrom,
    findJudged: (ids) => findJudged(dynamo, required(env.judgementTable), ids),
  };
});

/** Takes in every ratings file that came under `incoming/`, and writes its report under `reports/`. */
export async function handler(event: S3Event | S3TestEvent): Promise<void> {
  for (const file of incomingFiles(event)) {
    const text = await openText(s3(), file);
    if (text === undefined) {
      logger.warn('a ratings file was gone before it could be read', { key: file.key });
      continue;
    }
    const report = await importRatingFile(await dependencies(), {
      name: file.key,
      uploadedAt: file.uploadedAt,
      text,
    });
    const write = (ending: Parameters<typeof reportKey>[1], body: string, type: string) =>
      putText(s3(), { bucket: file.bucket, key: reportKey(file.key, ending) }, body, type);
    await Promise.all([
      write('txt', describeAcceptance(report), 'text/plain; charset=utf-8'),
      ...(report.refused > 0 ? [write('refused.csv', refusalsCsv(report), 'text/csv; charset=utf-8')] : []),
    ]);
    if (report.calibrations.length > 0)
      await stampCalibrations(dynamodb(), required(env.seriesTable), randomUUID());
    // Last, for whoever waits for the report waits for this one.
    await write('json', JSON.stringify(report, null, 2), 'application/json');
    const { rows, accepted, unchanged, refused } = report;
    logger.info('took a ratings file in', { key: file.key, rows, accepted, unchanged, refused });
  }
}
