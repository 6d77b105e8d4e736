import { Logger } from '@aws-lambda-powertools/logger';
import type { S3Event } from 'aws-lambda';
import { once } from '#adapters/once.ts';
import { calibrateLive } from './calibrate-live.ts';
import { countsOf } from './logged-counts.ts';
import { processRatingFile } from './process-rating-file.ts';
import { processRetraction } from './process-retraction.ts';
import { makeDependencies } from './ratings-dependencies.ts';
import { incomingFiles, type S3TestEvent } from './ratings-event.ts';

const logger = new Logger({ serviceName: 'ratings' });

const done = {
  ratings: 'took a ratings file in',
  trial: 'tried a ratings file',
  retraction: 'took an upload back, or looked at whether a rater counts',
};

const dependencies = once(() => makeDependencies((message, details) => logger.info(message, details)));

/**
 * Does what every file that came under `incoming/` asks for, and writes its report under `reports/`. At the scheduled time
 * (`{"time": ISO 8601}`) it makes the calibrations that no file asks for.
 */
export async function handler(event: S3Event | S3TestEvent | { readonly time: string }): Promise<void> {
  if ('time' in event) return calibrateLive(await dependencies(), Date.parse(event.time));
  for (const file of incomingFiles(event)) {
    const { key, kind } = file;
    const process = kind === 'retraction' ? processRetraction : processRatingFile;
    const report = await process(await dependencies(), file);
    if (report === undefined) logger.warn('a file was gone before it could be read', { key });
    else logger.info(done[kind], { key, ...countsOf(report) });
  }
}
