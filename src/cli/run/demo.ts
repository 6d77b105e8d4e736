import { Command } from 'commander';
import { localOption } from '../target/target-options.ts';
import { jsonOption, portOption } from '../terminal/options.ts';
import type { DemoOptions } from './demo-replay.ts';

/** `assay demo`, which is `npm start`: simulated traffic with a regression, through the real functions. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Show the whole way of a response on simulated traffic: a release makes answers worse, and an alarm tells.',
    )
    .option('--exit', 'end after the demo instead of serving the page')
    .addOption(portOption())
    .addOption(localOption('folder for the state of this run'))
    .addOption(jsonOption('print the report as JSON instead of the story'))
    .action(async (options: DemoOptions) => (await import('./demo-replay.ts')).runDemo(options));
}
