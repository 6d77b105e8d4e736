import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { countParser, jsonOption } from '../terminal/options.ts';
import type { CalibrationOptions } from './calibration-show.ts';

/** `assay calibration`: the judge's correction, its history, and what it lacks. */
export function calibrationCommand(): Command {
  return new Command('calibration')
    .description('Show each calibration, its history, and what would make it valid.')
    .option('--surface <name>', 'one surface only')
    .option('--history <number>', 'versions to show', countParser(1), 5)
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: CalibrationOptions) =>
      (await import('./calibration-show.ts')).showCalibration(options),
    );
}
