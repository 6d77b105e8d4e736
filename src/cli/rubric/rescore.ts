import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { RescoreOptions } from './rescore-run.ts';

/** `assay rescore`: has a version judge what is stored, for its own past. */
export function rescoreCommand(): Command {
  return new Command('rescore')
    .description(
      "Have a rubric version judge stored responses that other versions judged, into its own history, so that one can look back before the bump. Says the price first and asks. Done under half of the day's spending cap; given again, it goes on where it stopped.",
    )
    .requiredOption('--rubric <version>', 'the version that judges, such as helpfulness@2')
    .option('--from <instant>', 'responses from here, such as 2026-11-03; else as long as texts are kept')
    .option('--to <instant>', "responses before here; else up to now, or to a local run's last evaluation")
    .option('--surface <surface>', 'one surface only')
    .option('--judge <judge>', 'in a local run, who answers for the version: as in "assay run"')
    .option('--yes', 'ask the judge without a question')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: RescoreOptions) => (await import('./rescore-run.ts')).rescore(options));
}
