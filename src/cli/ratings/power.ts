import { Command } from 'commander';
import { jsonOption, parseShare, parseTraffic } from '../terminal/options.ts';
import type { PowerOptions } from './power-show.ts';

/** `assay power`: how many ratings, and what sample rate. */
export function powerCommand(): Command {
  return new Command('power')
    .description('Say how many ratings and what sample rate give which interval and which delay.')
    .option('--objective <share>', 'objective, such as 0.92', parseShare, 0.92)
    .option('--traffic <number>', 'responses a day', parseTraffic, 200_000)
    .option(
      '--healthy <share>',
      'true pass rate while all is well (default: a third of the budget unspent)',
      parseShare,
    )
    .option('--drop <share>', 'true pass rate that must be seen (default: 2.5 times the budget)', parseShare)
    .option('--sensitivity <share>', 'share of good responses that the judge passes', parseShare, 0.93)
    .option('--specificity <share>', 'share of bad responses that the judge fails', parseShare, 0.75)
    .addOption(jsonOption())
    .action(async (options: PowerOptions) => (await import('./power-show.ts')).showPower(options));
}
