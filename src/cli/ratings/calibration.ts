import { Command, InvalidArgumentError } from 'commander';

/** `assay calibration`: the judge's correction, its history, and what it lacks. */
export function calibrationCommand(): Command {
  return new Command('calibration')
    .description('Show each calibration, its history, and what would make it valid.')
    .option('--surface <name>', 'one surface only')
    .option('--history <number>', 'versions to show', count, 5)
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./calibration-show.ts')).showCalibration(options));
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Wanted a whole number from 1.');
  return value;
}
