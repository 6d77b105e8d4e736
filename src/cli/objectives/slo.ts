import { Command } from 'commander';

/** `assay slo`: what the files in slos/ and rubrics/ add up to. */
export function sloCommand(): Command {
  const command = new Command('slo').description('Check surfaces and their objectives.');
  command
    .command('check')
    .description('Check the files in slos/ and rubrics/ together, and show the SLOs they make.')
    .option('--json', 'print the SLOs, or the faults, as JSON')
    .action(async (options: { json?: boolean }) =>
      (await import('./slo-check.ts')).checkSlos(process.cwd(), options),
    );
  return command;
}
