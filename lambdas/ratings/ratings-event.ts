import type { S3Event } from 'aws-lambda';
import type { ObjectName } from '#adapters/s3/rating-bucket.ts';
import { ratingPrefix } from '#core/names.ts';

/** A ratings file that came in. */
export interface IncomingFile extends ObjectName {
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
        bucket: s3.bucket.name,
        key,
        ...(versionId !== undefined && versionId !== '' && { versionId }),
        uploadedAt: Date.parse(eventTime),
      },
    ];
  });
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
