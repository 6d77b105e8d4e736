import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { countParser, jsonOption } from '../terminal/options.ts';
import type { DrawOptions } from './ratings-draw.ts';
import type { BringBackOptions, LeaveOutOptions } from './ratings-leave-out.ts';
import type { OpenOptions } from './ratings-open.ts';
import type { RetractOptions } from './ratings-retract.ts';
import type { UploadOptions } from './ratings-upload.ts';
import type { UploadsOptions } from './ratings-uploads.ts';

/** `assay ratings draw`, `open`, `upload`, `uploads`, `retract`, `leave-out` and `bring-back`. */
export function ratingsCommand(): Command {
  const command = new Command('ratings').description(
    "People's ratings: draw responses to rate, take files of ratings in, and take one back.",
  );
  command
    .command('draw')
    .description('Draw judged responses for people to rate, and write a CSV file and a rating page.')
    .requiredOption('--surface <name>', 'surface to draw from')
    .option('--count <number>', 'responses to draw', countParser(1, 5_000), 200)
    .option('--rubric <id>', "a rubric other than the surface's first active one")
    .option('--from <time>', 'draw responses from this time on (ISO 8601; default: 7 days before --to)')
    .option('--to <time>', 'draw responses up to this time (default: now)')
    .option('--seed <text>', 'the same seed draws the same responses again')
    .option('--out <dir>', 'folder for the two files', '.')
    .option('--send-to <words>', 'whom raters are told to send their file to')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: DrawOptions) => (await import('./ratings-draw.ts')).drawRatings(options));
  command
    .command('open <batch>')
    .description('Write the CSV file and the rating page of a batch that was drawn before, or by a warning.')
    .option('--out <dir>', 'folder for the two files', '.')
    .option('--send-to <words>', 'whom raters are told to send their file to')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (batch: string, options: OpenOptions) =>
      (await import('./ratings-open.ts')).openBatch(batch, options),
    );
  command
    .command('upload <file>')
    .description(
      'Take a file of ratings in (CSV or JSON: response_id, rater_id, score; exports of other tools) and show what became of each row.',
    )
    .option(
      '--dry-run',
      'store nothing: say what would become of it, and of the agreement among people and with the judge',
    )
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption('print the report as JSON'))
    .action(async (file: string, options: UploadOptions) =>
      (await import('./ratings-upload.ts')).uploadRatings(file, options),
    );
  command
    .command('uploads')
    .description('List the files of ratings that came in, the newest first, with what each changed.')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: UploadsOptions) => (await import('./ratings-uploads.ts')).listUploads(options));
  command
    .command('retract <upload>')
    .description('Take an upload back, as if it had never come, and calibrate anew. What came later stays.')
    .option('--reason <text>', 'why, for those who list the uploads')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption('print the report as JSON'))
    .action(async (upload: string, options: RetractOptions) =>
      (await import('./ratings-retract.ts')).retractUpload(upload, options),
    );
  command
    .command('leave-out [rater]')
    .description(
      'Leave a rater out with a reason: their ratings are kept and do not count. Without a name: who is left out.',
    )
    .option('--reason <text>', 'why, for everybody who reads the agreement')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption('print the report as JSON'))
    .action(async (rater: string | undefined, options: LeaveOutOptions) =>
      (await import('./ratings-leave-out.ts')).leaveOut(rater, options),
    );
  command
    .command('bring-back <rater>')
    .description('Let the ratings of a rater who was left out count again, and calibrate anew.')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption('print the report as JSON'))
    .action(async (rater: string, options: BringBackOptions) =>
      (await import('./ratings-leave-out.ts')).bringBack(rater, options),
    );
  return command;
}
