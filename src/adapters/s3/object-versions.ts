import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectName } from './rating-bucket.ts';

/** Keys of the objects under a prefix, as they stand now. */
export async function listKeys(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  ))
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  return keys;
}

/** What a versioned bucket still holds under a prefix of objects that were overwritten or deleted. */
export async function listOldVersions(s3: S3Client, bucket: string, prefix: string): Promise<ObjectName[]> {
  const found: ObjectName[] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }));
    for (const { Key, VersionId, IsLatest } of page.Versions ?? [])
      if (Key !== undefined && VersionId !== undefined && IsLatest === false)
        found.push({ bucket, key: Key, versionId: VersionId });
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return found;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** Deletes a version for good; without one, the object, of which a versioned bucket keeps the old versions. */
export async function deleteObject(s3: S3Client, { bucket, key, versionId }: ObjectName): Promise<void> {
  await s3.send(
    new DeleteObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(versionId !== undefined && { VersionId: versionId }),
    }),
  );
}
