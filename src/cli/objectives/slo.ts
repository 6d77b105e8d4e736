import { Command } from 'commander';
import { type JsonOptions, jsonOption } from '../terminal/options.ts';

/** `assay slo`: what the files in slos/ and rubrics/ add up to. */
export function sloCommand(): Command {
  const command = new Command('slo').description('Check surfaces and their objectives.');
  command
    .command('check')
    .description('Check the files in slos/ and rubrics/ together, and show the SLOs they make.')
    .addOption(jsonOption('print the SLOs, or the faults, as JSON'))
    .action(async (options: JsonOptions) =>
      (await import('./slo-check.ts')).checkSlos(process.cwd(), options),
    );
  return command;
}
