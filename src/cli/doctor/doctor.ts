import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { DoctorOptions } from './doctor-run.ts';

/** `assay doctor`: whether everything that Assay needs is there. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Check the environment, the files, a local run or a deployed stack, and the judge with one real call. Ends with 1 on a fault.',
    )
    .addOption(localOption())
    .addOption(stackOption())
    .option('--no-judge', 'do not ask the judge')
    .addOption(jsonOption())
    .action(async (options: DoctorOptions) => (await import('./doctor-run.ts')).runDoctor(options));
}
