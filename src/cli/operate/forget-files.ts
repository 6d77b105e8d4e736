import type { S3Client } from '@aws-sdk/client-s3';
import { deleteObject, listKeys, listOldVersions } from '#adapters/s3/object-versions.ts';
import { type ObjectName, openText, putRewritten } from '#adapters/s3/rating-bucket.ts';
import { ratingPrefix } from '#core/names.ts';
import { type FileForgetting, forgetRows } from '#core/rating/forget-rows.ts';
import { reportKey } from '#lambdas/ratings/ratings-event.ts';

/** What the ratings bucket holds of some responses. */
export interface FileTraces {
  /** Keys of files whose rows of these responses lose their words. */
  readonly rewritten: readonly string[];
  /** Keys of files that go as a whole: they name a response and cannot be read row by row. */
  readonly removed: readonly string[];
  /** Older versions of files, which go as a whole. */
  readonly oldVersions: number;
}

export interface FileWork {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly responseIds: ReadonlySet<string>;
  readonly scores: boolean;
}

/** Writes a file under `incoming/` again and has it taken in, by its name there. */
export type PutFile = (name: string, text: string) => Promise<void>;

export async function findInFiles(work: FileWork): Promise<FileTraces> {
  const { rewritten, removed } = await readCurrent(work);
  return {
    rewritten: rewritten.map(({ key }) => key),
    removed,
    oldVersions: (await findOldVersions(work)).length,
  };
}

/**
 * Rewrites and removes. Reports on these files go first, for they quote words of cells in the wrong column; the
 * ratings function writes them anew when it takes the rewritten file in. Old versions go last: a file that was just
 * rewritten is one of them.
 */
export async function forgetInFiles(work: FileWork, putFile: PutFile | undefined): Promise<FileTraces> {
  const { s3, bucket } = work;
  const { rewritten, removed } = await readCurrent(work);
  const stale = await findOldVersions(work);
  const keys = [...rewritten.map(({ key }) => key), ...removed];
  for (const key of [...keys, ...stale.map((version) => version.key)]) await removeReports(work, key);
  for (const { key, text } of rewritten) {
    if (putFile === undefined) await putRewritten(s3, { bucket, key }, text);
    else await putFile(key.slice(ratingPrefix.incoming.length), text);
  }
  for (const key of removed) await deleteObject(s3, { bucket, key });
  for (const version of await findOldVersions(work)) await deleteObject(s3, version);
  return { rewritten: rewritten.map(({ key }) => key), removed, oldVersions: stale.length };
}

async function readCurrent(
  work: FileWork,
): Promise<{ rewritten: { key: string; text: string }[]; removed: string[] }> {
  const { s3, bucket } = work;
  const rewritten: { key: string; text: string }[] = [];
  const removed: string[] = [];
  if (work.responseIds.size === 0) return { rewritten, removed };
  for (const key of await listKeys(s3, bucket, ratingPrefix.incoming)) {
    const forgetting = await readFile(work, { bucket, key });
    if (forgetting.kind === 'rewritten') rewritten.push({ key, text: forgetting.text });
    if (forgetting.kind === 'unreadable') removed.push(key);
  }
  return { rewritten, removed };
}

async function findOldVersions(work: FileWork): Promise<ObjectName[]> {
  const found: ObjectName[] = [];
  if (work.responseIds.size === 0) return found;
  for (const version of await listOldVersions(work.s3, work.bucket, ratingPrefix.incoming))
    if ((await readFile(work, version)).kind !== 'untouched') found.push(version);
  return found;
}

async function readFile({ s3, responseIds, scores }: FileWork, name: ObjectName): Promise<FileForgetting> {
  let text = '';
  for await (const piece of (await openText(s3, name)) ?? []) text += piece;
  return forgetRows(text, responseIds, { scores });
}

async function removeReports({ s3, bucket }: FileWork, key: string): Promise<void> {
  for (const ending of ['json', 'txt', 'refused.csv'] as const) {
    const report = reportKey(key, ending);
    if ((await listKeys(s3, bucket, report)).includes(report))
      await deleteObject(s3, { bucket, key: report });
    for (const version of await listOldVersions(s3, bucket, report))
      if (version.key === report) await deleteObject(s3, version);
  }
}
