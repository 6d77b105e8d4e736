import { Command } from 'commander';
import { stackOption } from '../target/target-options.ts';
import { jsonOption, parseTraffic } from '../terminal/options.ts';
import type { CostOptions } from './cost-show.ts';

/** `assay cost`: what a month costs, AWS and judge tokens apart. */
export function costCommand(): Command {
  return (
    new Command('cost')
      .description(
        "Work out what a month costs from AWS's list prices and the judge's, for the files' traffic or your own.",
      )
      .option(
        '--responses-per-day <number>',
        "responses a day, instead of the files' expectation",
        parseTraffic,
      )
      .option('--responses <file>', 'responses to take the length of prompts from, one JSON record a line')
      // No folder is taken unless one is named: without it the files alone are asked.
      .option('--local <dir>', 'a local run, for its files and for measured tokens')
      .addOption(stackOption('a deployed stack, for its traffic and its measured tokens'))
      .addOption(jsonOption())
      .action(async (options: CostOptions) => (await import('./cost-show.ts')).showCost(options))
  );
}
