import { Command } from 'commander';

/** `assay demo`, which is `npm start`: simulated traffic with a regression, through the real functions. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Show the whole way of a response on simulated traffic: a release makes answers worse, and an alarm tells.',
    )
    .option('--exit', 'end after the demo instead of serving the page')
    .option('--local <dir>', 'folder for the state of the demo', '.assay')
    .option('--json', 'print the report as JSON instead of the story')
    .action(async (options: { exit?: boolean; local: string; json?: boolean }) =>
      (await import('./demo-replay.ts')).runDemo(options),
    );
}
