import { openRatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { Reported } from '../target/upload-to-bucket.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { requireFile } from '../terminal/require-file.ts';
import { oneLine } from '../terminal/text.ts';
import { formatAcceptance } from './ratings-text.ts';

export interface UploadOptions extends TargetOptions, JsonOptions {
  readonly dryRun?: boolean;
}

/** Takes a ratings file in and shows the report. Ends with 1 where nothing in it could be used. */
export async function uploadRatings(file: string, options: UploadOptions): Promise<void> {
  await requireFile('The file of ratings', file);
  const target = await openRatingTarget(options);
  try {
    const uploaded = await target.upload(file, options.dryRun === true);
    const { report } = uploaded;
    if (report === undefined) {
      tellNoReport(`${file} is uploaded`, uploaded);
      return;
    }
    print(options.json === true ? JSON.stringify(report, null, 2) : formatAcceptance(report, target.flags));
    if (report.rows === 0 || report.refused === report.rows) process.exitCode = 1;
  } finally {
    await target.close();
  }
}

/** What is to be known where the function's report did not come in time. */
export function tellNoReport(what: string, { reportAt, refusal }: Reported<unknown>): void {
  print(`${what}; it is long, or others are before it. The report will be at ${reportAt}.`);
  if (refusal !== undefined)
    printAside(
      `AWS refused to show the report so far (${oneLine(refusal, 200)}): it is not written yet, or your role lacks s3:GetObject on reports/*. The policy of the output RaterPolicyArn has all that is wanted.`,
    );
}
