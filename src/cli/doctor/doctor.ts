import { Command } from 'commander';

export interface DoctorOptions {
  readonly local: string;
  readonly stack?: string;
  readonly json?: boolean;
  /** False with `--no-judge`. */
  readonly judge: boolean;
}

/** `assay doctor`: whether everything that Assay needs is there. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Check the environment, the files, a local run or a deployed stack, and the judge with one real call. Ends with 1 on a fault.',
    )
    .option('--local <dir>', 'folder of a local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--no-judge', 'do not ask the judge')
    .option('--json', 'print JSON')
    .action(async (options: DoctorOptions) => (await import('./doctor-run.ts')).runDoctor(options));
}
