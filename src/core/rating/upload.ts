import { sha256 } from '../rubric/content-hash.ts';

/** What becomes of an upload. */
export type UploadState = 'importing' | 'taken' | 'retracting' | 'retracted';

/** In words; an upload stays in the first and the third while its function runs, and where that failed for good. */
export const uploadStates: Readonly<Record<UploadState, string>> = {
  importing: 'unfinished',
  taken: 'counts',
  retracting: 'being taken back',
  retracted: 'taken back',
};

/** A calibration as an upload found it and left it. */
export interface CalibrationChange {
  /** Which judge of what. */
  readonly name: string;
  readonly number: number;
  /** `missing` before the first one. */
  readonly from: string;
  readonly to: string;
}

/** A file of ratings that came in, and what it changed. */
export interface RatingUpload {
  readonly id: string;
  /** Key of the file in the ratings bucket. */
  readonly file: string;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  readonly state: UploadState;
  /** Surfaces and rubric versions that it has ratings of. */
  readonly groups: readonly {
    readonly surface: string;
    readonly rubric: { readonly id: string; readonly version: number };
  }[];
  /** What became of its ratings; undefined while they are imported. */
  readonly counts?: UploadCounts | undefined;
  /** The first raters in it, in the order of the file. */
  readonly raters: readonly string[];
  readonly calibrations: readonly CalibrationChange[];
  /** Epoch milliseconds when it was taken back. */
  readonly retractedAt?: number | undefined;
  /** Why, in the words of whoever took it back. */
  readonly retractedFor?: string | undefined;
}

export interface UploadCounts {
  readonly new: number;
  readonly replaced: number;
  readonly older: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** Raters that an upload names one by one. */
export const mostRatersNamed = 20;

/** Whether nothing of it counts, or will: a file that comes once more under its name is not taken. */
export function isTakenBack({ state }: Pick<RatingUpload, 'state'>): boolean {
  return state === 'retracting' || state === 'retracted';
}

/**
 * `20261120T120000Z-3f2a9c1d`: the same for each delivery of one file, another for each file; sorts by time.
 *
 * @param file key and, where the bucket has versions, version
 * @param uploadedAt epoch milliseconds
 */
export function uploadId(
  file: { readonly key: string; readonly versionId?: string | undefined },
  uploadedAt: number,
): string {
  const time = new Date(uploadedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${time}Z-${sha256([file.key, file.versionId ?? '', uploadedAt]).slice(0, 8)}`;
}
