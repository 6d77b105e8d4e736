import { Command, InvalidArgumentError } from 'commander';

export interface CostOptions {
  readonly responsesPerDay?: number;
  readonly responses?: string;
  readonly local?: string;
  readonly stack?: string;
  readonly json?: boolean;
}

/** `assay cost`: what a month costs, AWS and judge tokens apart. */
export function costCommand(): Command {
  return new Command('cost')
    .description(
      "Work out what a month costs from AWS's list prices and the judge's, for the files' traffic or your own.",
    )
    .option('--responses-per-day <number>', "responses a day, instead of the files' expectation", positive)
    .option('--responses <file>', 'responses to take the length of prompts from, one JSON record a line')
    .option('--local <dir>', 'a local run, for its files and for measured tokens')
    .option('--stack <name>', 'a deployed stack, for its traffic and its measured tokens')
    .option('--json', 'print JSON')
    .action(async (options: CostOptions) => (await import('./cost-estimate.ts')).showCost(options));
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value >= 1) || !Number.isFinite(value))
    throw new InvalidArgumentError('Wanted a number of responses a day, such as 200000.');
  return value;
}
