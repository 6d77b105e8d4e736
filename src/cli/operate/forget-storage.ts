import { createS3 } from '#adapters/s3/rating-bucket.ts';
import { requireStackResources, type TableNames } from '../target/stack-resources.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { PutFile } from './forget-files.ts';

/** Where a target keeps texts and ratings. Unlike a target that is opened, a stack's needs no files in slos/. */
export interface ForgetStorage extends TableNames {
  readonly bucket: string;
  /** Undefined where S3 itself tells the ratings function of a file that was written. */
  readonly putFile: PutFile | undefined;
  close(): Promise<void>;
}

/** @throws CliError where there is no such run or stack */
export async function openStorage({ local, stack }: TargetOptions): Promise<ForgetStorage> {
  return stack === undefined ? openLocal(local) : openStack(stack);
}

async function openStack(stack: string): Promise<ForgetStorage> {
  const { tables, ratingBucket } = await requireStackResources(stack);
  return {
    ...tables,
    bucket: ratingBucket,
    putFile: undefined,
    close: async () => undefined,
  };
}

async function openLocal(folder: string): Promise<ForgetStorage> {
  const { localTables, openLocalRun } = await import('../target/local-run.ts');
  const session = await openLocalRun(folder);
  const { findRatingBucket, uploadRatingFile } = await import('#local/stack/upload-rating-file.ts');
  const s3 = createS3();
  try {
    return {
      ...localTables(),
      bucket: await findRatingBucket(s3),
      putFile: async (name, text) => {
        await uploadRatingFile({ name, text, isRewritten: true }, Date.now());
      },
      close: () => session.stop(),
    };
  } catch (error) {
    await session.stop();
    throw error;
  } finally {
    s3.destroy();
  }
}
