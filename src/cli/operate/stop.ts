import { Command } from 'commander';
import { localOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { StopOptions } from './stop-session.ts';

/** `assay stop`: the end of a run that is served. */
export function stopCommand(): Command {
  return new Command('stop')
    .description('End the run that lives in a folder, as Ctrl-C in its terminal does; its state stays.')
    .addOption(localOption())
    .addOption(jsonOption())
    .action(async (options: StopOptions) => (await import('./stop-session.ts')).stopSession(options));
}
