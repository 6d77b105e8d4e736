import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { StatusOptions } from './status-show.ts';

/** `assay status`: how a local run or a deployed stack is. */
export function statusCommand(): Command {
  return new Command('status')
    .description(
      'Show what fires, where every record and judgement is, the SLOs, calibrations, anchors and spending.',
    )
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: StatusOptions) => (await import('./status-show.ts')).showStatus(options));
}
