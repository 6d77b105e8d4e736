import { Command, Option } from 'commander';
import { localOption } from '../target/target-options.ts';
import {
  jsonOption,
  parseDuration,
  parsePassMark,
  parseShareToOne,
  portOption,
} from '../terminal/options.ts';
import type { RunOptions } from './run-replay.ts';

/** `assay run`: the deployed stack, replayed on the user's own records. */
export function runCommand(): Command {
  return new Command('run')
    .description(
      'Replay a file of responses through the real functions on embedded AWS servers, and see which alarms would have fired.',
    )
    .requiredOption('--responses <file>', 'responses, one JSON record a line (docs/records.md)')
    .option(
      '--judge <judge>',
      'recorded:FILE (lines of {"responseId","score"|"criteria"}), simulated, openai (the judges that rubrics name), or a judge of rubrics/judges.yaml',
      'simulated',
    )
    .option(
      '--ratings <file>',
      'ratings of people (CSV or JSON lines: response_id,rater_id,score), taken in after the replay',
    )
    .option(
      '--sample-rate <rate>',
      "share of responses that is judged, instead of the surfaces' own",
      parseShareToOne,
    )
    .option('--objective <share>', "objective of the judge SLOs, instead of the files' own", parseShareToOne)
    .option(
      '--pass-mark <score>',
      "overall score that passes, 2 to 5, instead of the rubrics' own",
      parsePassMark,
    )
    .addOption(
      new Option(
        '--tick <duration>',
        'simulated time between evaluations (default: 5m; of over two days 15m, of over four 30m)',
      ).argParser(parseDuration),
    )
    .option('--exit', 'end after the replay instead of serving the results')
    .addOption(portOption())
    .option('--report <file>', 'write the report as JSON (schemas/run-report.schema.json)')
    .addOption(localOption('folder for the state of this run'))
    .addOption(jsonOption('print the report as JSON instead of a summary'))
    .action(async (options: RunOptions) => (await import('./run-replay.ts')).runHistory(options));
}
