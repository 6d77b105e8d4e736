import { openRatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { uploadJson } from './ratings-json.ts';
import { formatUploads } from './ratings-text.ts';

export interface UploadsOptions extends TargetOptions, JsonOptions {}

/** Lists the uploads of ratings, the newest first, with what each changed. */
export async function listUploads(options: UploadsOptions): Promise<void> {
  const target = await openRatingTarget(options);
  try {
    const uploads = await target.uploads.readUploads();
    print(
      options.json === true
        ? JSON.stringify(uploads.map(uploadJson), null, 2)
        : formatUploads(uploads, target.flags),
    );
  } finally {
    await target.close();
  }
}
