import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { TextBytes } from '#core/decode-text.ts';
import { minute } from '#core/time.ts';
import { clientSettings } from '../client-settings.ts';

export function createS3(): S3Client {
  return new S3Client({
    ...clientSettings,
    requestHandler: {
      ...clientSettings.requestHandler,
      // A file of hundreds of megabytes goes up in one request, and is read no faster than its rows are stored.
      requestTimeout: 2 * minute,
      socketTimeout: 2 * minute,
    },
    // Local servers have no host name for each bucket.
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
  });
}

/** An object as the event names it. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** An object as it is read. */
export interface OpenedObject {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** It stands in the place of one that came in before under its key: some of its words were forgotten. */
  readonly isRewritten: boolean;
}

/** Marks an object that {@link OpenedObject.isRewritten}. */
const rewritten = { 'assay-rewritten': 'forgotten' } as const;

/** Streams an object's text: UTF-8, or what its byte-order mark says. What is no text becomes U+FFFD. Undefined where it is gone. */
export async function openText(s3: S3Client, name: ObjectName): Promise<AsyncIterable<string> | undefined> {
  const opened = await openObject(s3, name);
  return opened === undefined ? undefined : decode(opened.bytes);
}

async function openObject(s3: S3Client, name: ObjectName): Promise<OpenedObject | undefined> {
  try {
    const { Body, Metadata = {} } = await s3.send(
      new GetObjectCommand({
        Bucket: name.bucket,
        Key: name.key,
        ...(name.versionId !== undefined && { VersionId: name.versionId }),
      }),
    );
    const [mark] = Object.keys(rewritten);
    if (Body === undefined) return undefined;
    return {
      bytes: Body as unknown as AsyncIterable<Uint8Array>,
      isRewritten: Metadata[mark ?? ''] !== undefined,
    };
  } catch (error) {
    if (isNamed(error, 'NoSuchKey', 'NoSuchVersion')) return undefined;
    throw error;
  }
}

/**
 * Opens the object that an event names. Where it is gone S3 may answer "access denied": to whom may not list, and
 * perhaps to whom may list a prefix alone. Undefined then too, unless the object is seen to be there.
 *
 * @throws the SDK's error; of a denied object only where it is seen to be there
 */
export async function openUploaded(s3: S3Client, name: ObjectName): Promise<OpenedObject | undefined> {
  try {
    return await openObject(s3, name);
  } catch (error) {
    if (isNamed(error, 'AccessDenied') && !(await isThere(s3, name))) return undefined;
    throw error;
  }
}

/** Whether an object that may not be read exists, as far as can be told. */
async function isThere(s3: S3Client, { bucket, key, versionId }: ObjectName): Promise<boolean> {
  try {
    // The key itself comes before all others that begin with it.
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }),
    );
    if (Contents[0]?.Key !== key) return false;
  } catch (error) {
    if (isNamed(error, 'AccessDenied')) return false;
    throw error;
  }
  if (versionId === undefined) return true;
  // The version may be gone though the key is not: where another one is read, the right to read is there.
  const present = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
  return present === undefined || present.VersionId === versionId;
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const bytes = new TextBytes();
  for await (const chunk of chunks) yield bytes.push(chunk);
  yield bytes.end();
}

/** Puts an object: a text goes as UTF-8, bytes go as they are. */
export async function putText(
  s3: S3Client,
  { bucket, key }: ObjectName,
  text: string | Uint8Array,
  contentType: string,
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentType }));
}

/** Puts a file of ratings in the place of what came in under its key. */
export async function putRewritten(
  s3: S3Client,
  { bucket, key }: ObjectName,
  text: string | Uint8Array,
): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: text,
      ContentType: 'text/plain',
      Metadata: rewritten,
    }),
  );
}
