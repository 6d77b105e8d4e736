import type { S3Event } from 'aws-lambda';
import type { ObjectName } from '#adapters/s3/rating-bucket.ts';
import { ratingPrefix, ratingRequest } from '#core/names.ts';

/** A file that came in: ratings, ratings of which nothing is to be stored, or an upload that is to be taken back. */
export interface IncomingFile extends ObjectName {
  readonly kind: 'ratings' | 'trial' | 'retraction';
  /** Epoch milliseconds of the upload: the event's own time, so that a repeated delivery says the same. */
  readonly uploadedAt: number;
}

/** S3 sends this once when the notification is set up. */
export interface S3TestEvent {
  readonly Event: 's3:TestEvent';
}

/** Files under `incoming/` that an event tells of. Keys in it are URL-encoded, spaces as plus signs. */
export function incomingFiles(event: S3Event | S3TestEvent): IncomingFile[] {
  if (!('Records' in event)) return [];
  return event.Records.flatMap(({ eventName, eventTime, s3 }) => {
    const key = decodeKey(s3.object.key);
    if (!eventName.startsWith('ObjectCreated:')) return [];
    if (!key.startsWith(ratingPrefix.incoming) || key.endsWith('/')) return [];
    const { versionId } = s3.object;
    return [
      {
        kind: kindOf(key),
        bucket: s3.bucket.name,
        key,
        ...(versionId !== undefined && versionId !== '' && { versionId }),
        uploadedAt: Date.parse(eventTime),
      },
    ];
  });
}

function kindOf(key: string): IncomingFile['kind'] {
  if (key.startsWith(ratingRequest.trials)) return 'trial';
  return key.startsWith(ratingRequest.retractions) ? 'retraction' : 'ratings';
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

/** Of a report: in JSON, in words, and the refused rows. */
export type ReportEnding = 'json' | 'txt' | 'refused.csv';

/** `incoming/march/batch.csv` has its report at `reports/march/batch.csv.json`. */
export function reportKey(key: string, ending: ReportEnding): string {
  return `${ratingPrefix.reports}${key.slice(ratingPrefix.incoming.length)}.${ending}`;
}
