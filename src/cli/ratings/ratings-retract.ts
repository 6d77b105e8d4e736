import { openRatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { formatRetraction } from './ratings-text.ts';
import { tellNoReport } from './ratings-upload.ts';

export interface RetractOptions extends TargetOptions, JsonOptions {
  readonly reason?: string;
}

const mostReason = 500;

/** Takes an upload back and shows what that changed. */
export async function retractUpload(id: string, options: RetractOptions): Promise<void> {
  const reason = options.reason?.trim();
  if (reason !== undefined && (reason === '' || reason.length > mostReason))
    throw new CliError(`--reason: wanted 1 to ${mostReason} characters, got ${reason.length}.`);
  const target = await openRatingTarget(options);
  try {
    // Names in a key of S3 are asked about before one is made of what was typed.
    const uploads = await target.uploads.readUploads();
    if (!uploads.some((upload) => upload.id === id)) {
      const newest = uploads.slice(0, 5).map((upload) => upload.id);
      throw new CliError(
        `There is no upload "${id}" here. ${newest.length === 0 ? 'None has come in since uploads can be taken back.' : `The newest: ${newest.join(', ')}`}. All of them: npx assay ratings uploads${target.flags}`,
      );
    }
    const retracted = await target.retract(id, reason);
    const { report } = retracted;
    if (report === undefined) tellNoReport(`${id} is being taken back`, retracted);
    else print(options.json === true ? JSON.stringify(report, null, 2) : formatRetraction(report));
  } finally {
    await target.close();
  }
}
