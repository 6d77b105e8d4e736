import { Command, InvalidArgumentError } from 'commander';

/** `assay power`: how many ratings, and what sample rate. */
export function powerCommand(): Command {
  return new Command('power')
    .description('Say how many ratings and what sample rate give which interval and which delay.')
    .option('--objective <share>', 'objective, such as 0.92', share, 0.92)
    .option('--traffic <number>', 'responses a day', positive, 200_000)
    .option(
      '--healthy <share>',
      'true pass rate while all is well (default: a third of the budget unspent)',
      share,
    )
    .option('--drop <share>', 'true pass rate that must be seen (default: 2.5 times the budget)', share)
    .option('--sensitivity <share>', 'share of good responses that the judge passes', share, 0.93)
    .option('--specificity <share>', 'share of bad responses that the judge fails', share, 0.75)
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./power-table.ts')).showPower(options));
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('Wanted a ratio between 0 and 1, such as 0.92.');
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value >= 1)) throw new InvalidArgumentError('Wanted a number of responses a day, such as 200000.');
  return value;
}
