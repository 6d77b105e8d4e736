import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { countParser, jsonOption } from '../terminal/options.ts';
import type { DrawOptions } from './ratings-draw.ts';
import type { OpenOptions } from './ratings-open.ts';
import type { UploadOptions } from './ratings-upload.ts';

/** `assay ratings draw`, `open` and `upload`. */
export function ratingsCommand(): Command {
  const command = new Command('ratings').description(
    "People's ratings: draw responses to rate, and take the filled batch in.",
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
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: DrawOptions) => (await import('./ratings-draw.ts')).drawRatings(options));
  command
    .command('open <batch>')
    .description('Write the CSV file and the rating page of a batch that was drawn before, or by a warning.')
    .option('--out <dir>', 'folder for the two files', '.')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (batch: string, options: OpenOptions) =>
      (await import('./ratings-open.ts')).openBatch(batch, options),
    );
  command
    .command('upload <file>')
    .description(
      'Take a file of ratings in (CSV or JSON lines: response_id, rater_id, score) and show what became of each row.',
    )
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption('print the report as JSON'))
    .action(async (file: string, options: UploadOptions) =>
      (await import('./ratings-upload.ts')).uploadRatings(file, options),
    );
  return command;
}
