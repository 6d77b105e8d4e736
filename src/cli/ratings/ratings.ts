import { Command, InvalidArgumentError } from 'commander';

/** `assay ratings draw`, `open` and `upload`. */
export function ratingsCommand(): Command {
  const command = new Command('ratings').description(
    "People's ratings: draw responses to rate, and take the filled batch in.",
  );
  command
    .command('draw')
    .description('Draw judged responses for people to rate, and write a CSV file and a rating page.')
    .requiredOption('--surface <name>', 'surface to draw from')
    .option('--count <number>', 'responses to draw', count, 200)
    .option('--rubric <id>', "a rubric other than the surface's first active one")
    .option('--from <time>', 'draw responses from this time on (ISO 8601; default: 7 days before --to)', time)
    .option('--to <time>', 'draw responses up to this time (default: now)', time)
    .option('--seed <text>', 'the same seed draws the same responses again')
    .option('--out <dir>', 'folder for the two files', '.')
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./ratings-draw.ts')).drawRatings(options));
  command
    .command('open <batch>')
    .description('Write the CSV file and the rating page of a batch that was drawn before, or by a warning.')
    .option('--out <dir>', 'folder for the two files', '.')
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (batch: string, options) => (await import('./ratings-draw.ts')).openBatch(batch, options));
  command
    .command('upload <file>')
    .description(
      'Take a file of ratings in (CSV or JSON lines: response_id, rater_id, score) and show what became of each row.',
    )
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print the report as JSON')
    .action(async (file: string, options) =>
      (await import('./ratings-upload.ts')).uploadRatings(file, options),
    );
  return command;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 5_000)
    throw new InvalidArgumentError('Wanted a whole number from 1 to 5000.');
  return value;
}

function time(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value))
    throw new InvalidArgumentError('Wanted a time such as 2026-11-03 or 2026-11-03T09:00:00Z.');
  return value;
}
