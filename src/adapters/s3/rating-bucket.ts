import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export function createS3(): S3Client {
  // Local servers have no host name for each bucket.
  return new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined });
}

/** An object as the event names it. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** Streams an object's text, UTF-8; bytes that are none become U+FFFD. Undefined where it is gone. */
export async function openText(s3: S3Client, name: ObjectName): Promise<AsyncIterable<string> | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: name.bucket,
        Key: name.key,
        ...(name.versionId !== undefined && { VersionId: name.versionId }),
      }),
    );
    return Body === undefined ? undefined : decode(Body as unknown as AsyncIterable<Uint8Array>);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

export async function putText(
  s3: S3Client,
  { bucket, key }: ObjectName,
  text: string,
  contentType: string,
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentType }));
}
